"""The product's specification, executable."""
