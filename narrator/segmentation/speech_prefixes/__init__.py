"""Finds the names before speeches in plays, screenplays, transcripts and chats.

`marking.mark_speeches` decides from the whole book which labels, such as `MARTHA.` and
`[11:18] BASE:`, name speakers, and returns the book with its speeches. A label may name a speaker;
one that does is a speech prefix.
"""

SPEAKER_NAME_REASON = "name of the speaker"
"""Skip reason of names before speeches."""
MESSAGE_TIME_REASON = "time of a message"
CHAT_NOTICE_REASON = "notice of the chat program"
