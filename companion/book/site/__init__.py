"""What is done to the finished pages and the files beside them."""
