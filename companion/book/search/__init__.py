"""What readers can search the book for, and the script that finds it in their browser."""
