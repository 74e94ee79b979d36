"""What the project is made of: whether the installed packages are the locked ones, and what is known against them."""
