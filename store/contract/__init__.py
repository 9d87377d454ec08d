"""What a store of any format can do, and what it returns."""
