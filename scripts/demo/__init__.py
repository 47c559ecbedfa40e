"""Demo content: texts, pictures, people and their doings, for whoever tries the product."""
