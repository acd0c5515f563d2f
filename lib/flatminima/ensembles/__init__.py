"""Statistical ensembles, one a package: typical solutions, solutions around solutions, dense regions, minima of a loss."""
