"""The start page: how the base does, whom one may write to, who moves, what changed, what needs care."""
