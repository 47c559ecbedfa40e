"""The product's verbs: one module per family of use cases, one transaction per verb."""
