"""What tests begin with: rows, and what people have done."""
