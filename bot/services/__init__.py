"""What the conversations share: desks where they wait, limits, replies, answers that are kept."""
