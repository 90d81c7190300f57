"""What the start page tells of the whole base: activity, reach, cohorts, the week, what needs care."""
