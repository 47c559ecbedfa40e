"""Work that requests leave behind, done by threads of the process."""
