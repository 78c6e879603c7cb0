"""What happens: each plot is a simulation that follows from traits, wants and chance."""
