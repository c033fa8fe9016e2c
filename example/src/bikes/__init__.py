"""How many bikes a city lends in a day."""
