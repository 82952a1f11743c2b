"""How fast it is: each module measures one thing, side by side with something known, and prints Markdown."""
