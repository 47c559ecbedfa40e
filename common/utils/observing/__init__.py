"""Lines, figures and marks that a request leaves; nothing secret among them."""
