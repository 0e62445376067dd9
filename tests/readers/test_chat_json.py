"""Chats in JSON are read by their senders and texts, whatever program exported them."""

import json
from typing import Any

import pytest

from narrator.model import Book
from narrator.readers import Policy, SourceFile
from narrator.readers.chat_json import ChatJsonReader

TELEGRAM = {
    "name": "Keepers",
    "messages": [
        {"type": "service", "actor": "Hamza", "action": "create_group", "text": ""},
        {"date": "2022-05-01T20:01:00", "from": "Hamza", "text": "Anyone awake?"},
        {
            "date": "2022-05-01T20:02:00",
            "from": "Greta",
            "text": ["I ", {"type": "bold", "text": "am"}],
        },
        {"date": "2022-05-01T20:03:00", "from": "Greta", "file": "a.ogg", "text": ""},
    ],
}
DISCORD = {
    "guild": {"name": "Rocks"},
    "channel": {"name": "Keepers"},
    "messages": [
        {"timestamp": "2022-05-01", "content": "Anyone awake?", "author": {"nickname": "Hamza"}},
        {"timestamp": "2022-05-02", "content": "I am", "author": {"name": "Greta"}},
    ],
}
SLACK = [
    {
        "ts": "1651430000.1",
        "user": "U1",
        "text": "Anyone awake?",
        "user_profile": {"real_name": "Hamza"},
    },
    {"ts": "1651430060.1", "user": "U2", "text": "I am", "user_profile": {"real_name": "Greta"}},
]
MESSENGER = {
    "title": "Keepers",
    "messages": [
        {"sender_name": "Greta", "timestamp_ms": 1651430060000, "content": "I am"},
        {"sender_name": "Hamza", "timestamp_ms": 1651430000000, "content": "Anyone awake?"},
    ],
}


def make_source(data: Any) -> SourceFile:
    return SourceFile("keepers.json", json.dumps(data).encode(), ".json")


def read(data: Any) -> Book:
    return ChatJsonReader().read(make_source(data), Policy())


@pytest.mark.parametrize("data", [TELEGRAM, DISCORD, SLACK, MESSENGER])
def test_messages_are_read_in_the_order_of_their_times(data: Any) -> None:
    assert ChatJsonReader().recognises(make_source(data))
    book = read(data)
    assert book.metadata.title == "Keepers"
    names = [p.speaker_names[0] for c in book.chapters for p in c.paragraphs if p.speaker_names]
    assert [book.text[name.start : name.end] for name in names] == ["Hamza", "Greta"]
    assert book.text.index("Anyone awake?") < book.text.index("I am")


@pytest.mark.parametrize("data", [{"title": "Emma", "lines": []}, [1, 2], [{"text": "a"}], {}])
def test_other_data_is_no_chat(data: Any) -> None:
    assert not ChatJsonReader().recognises(make_source(data))
