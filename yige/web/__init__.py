"""Pages and what is on them. Each room of the city has its own; `shell` is the frame of all."""
