"""What is published about the doors, and whether they do it: calls, answers, refusals."""
