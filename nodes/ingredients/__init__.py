"""What a sample may be made of: who asks, about what, where, when and how much; drawn evenly, taken or left."""
