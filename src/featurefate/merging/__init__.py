"""Making one model out of two: interpolation in weight space, and sweeps along it."""
