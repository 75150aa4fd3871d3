"""What a question says, alone and in conversation."""
