"""What chapters say in Sphinx's language: roles, directives, outputs, pages made while reading and writing."""
