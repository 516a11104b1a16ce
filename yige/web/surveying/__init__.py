"""Pages of a survey campaign: the planner's desk, the station's, and the surveyor's sheets."""
