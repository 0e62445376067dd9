"""Read and write script files: editable text that says which character speaks which line.

Each row of the file is one spoken line. A label with the character's name precedes dialogue; rows
without a label are narration. Blank rows separate paragraphs::

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

`@+` continues a quotation after narration; an indented row continues the quotation of the row
above. A script file replaces the book: its words are spoken, and `completeness` checks its text.

`text_writer` formats a script as such a file and `text_reader` parses it. `corrections` is the
alternative: it stores changed speakers in a separate file beside the book.
"""
