"""Pictures that people hand in: checked, encoded anew, stored, and given away when unused."""
