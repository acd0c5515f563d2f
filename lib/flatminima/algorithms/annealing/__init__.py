"""Simulated annealing of binary networks, single ones and replicas that attract one another."""
