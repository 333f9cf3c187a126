"""The voter's side of a meeting: the room, the ballot page, and the data it fetches."""
