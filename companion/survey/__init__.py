"""A survey file of any kind -> the validated analysis sample and the flow that led to it."""
