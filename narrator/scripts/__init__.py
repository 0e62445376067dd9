"""The script as a text that a person reads and edits: who says which line.

A row is a line. What a character says has the name before it, all else is the narrator's; a blank
row parts paragraphs::

    [narrator script 1]
    title: The Ferry

    [characters]
    Martha Quill: Martha, Miss Quill [female]
    Mr. Hobday: Hobday [male]

    [chapter] Chapter I
    [heading] CHAPTER I.

    The ferry had gone.
    @Martha Quill: “We shall have to wait,”
    said Martha Quill, and sat down upon the trunk.

    @Mr. Hobday: “Wait?”
    cried Mr. Hobday.
    @+Mr. Hobday: “I have waited since noon!
        I will wait no more.”

    [scene] * * *

`@+` goes on with a quotation that was interrupted, an indented row goes on with the voice above it.
The file is a book of its own: its words are the ones spoken, and the ledger is kept on its text.

`writing.write` makes one of a script, `reading.read` a script of one; `corrections` are kept beside
the book instead.
"""
