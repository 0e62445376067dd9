"""Scripts as text that a person reads and edits: which character speaks which line.

Each row is a line. What a character speaks has a label with the name before it; everything else is
narration. Blank rows separate paragraphs::

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

`@+` continues a quotation that narration interrupted; an indented row continues the quotation of
the row above. The script file is a book of its own: its words are the ones that are spoken, and
the proof of completeness covers its text.

`text_writer` formats a script as such a file and `text_reader` parses it. `corrections` keeps
changes of speakers in a separate file beside the book instead.
"""
