"""The example notebooks as their author worked on them: what is written, and what was run when."""
