"""The planner's pages: surveys and plans; and, for everybody, the grid one lives in."""
