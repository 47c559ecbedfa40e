from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class User(_message.Message):
    __slots__ = ("user_id", "channel_id", "article_num", "time_stamp", "hidden")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_ID_FIELD_NUMBER: _ClassVar[int]
    ARTICLE_NUM_FIELD_NUMBER: _ClassVar[int]
    TIME_STAMP_FIELD_NUMBER: _ClassVar[int]
    HIDDEN_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    channel_id: int
    article_num: int
    time_stamp: int
    hidden: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, user_id: _Optional[str] = ..., channel_id: _Optional[int] = ..., article_num: _Optional[int] = ..., time_stamp: _Optional[int] = ..., hidden: _Optional[_Iterable[int]] = ...) -> None: ...

class Article(_message.Message):
    __slots__ = ("article_id", "article_num")
    ARTICLE_ID_FIELD_NUMBER: _ClassVar[int]
    ARTICLE_NUM_FIELD_NUMBER: _ClassVar[int]
    article_id: int
    article_num: int
    def __init__(self, article_id: _Optional[int] = ..., article_num: _Optional[int] = ...) -> None: ...

class param2(_message.Message):
    __slots__ = ("click", "collect", "share", "read")
    CLICK_FIELD_NUMBER: _ClassVar[int]
    COLLECT_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    READ_FIELD_NUMBER: _ClassVar[int]
    click: str
    collect: str
    share: str
    read: str
    def __init__(self, click: _Optional[str] = ..., collect: _Optional[str] = ..., share: _Optional[str] = ..., read: _Optional[str] = ...) -> None: ...

class param1(_message.Message):
    __slots__ = ("article_id", "params", "reason", "author_id")
    ARTICLE_ID_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_ID_FIELD_NUMBER: _ClassVar[int]
    article_id: int
    params: param2
    reason: str
    author_id: int
    def __init__(self, article_id: _Optional[int] = ..., params: _Optional[_Union[param2, _Mapping]] = ..., reason: _Optional[str] = ..., author_id: _Optional[int] = ...) -> None: ...

class Track(_message.Message):
    __slots__ = ("exposure", "recommends", "time_stamp")
    EXPOSURE_FIELD_NUMBER: _ClassVar[int]
    RECOMMENDS_FIELD_NUMBER: _ClassVar[int]
    TIME_STAMP_FIELD_NUMBER: _ClassVar[int]
    exposure: str
    recommends: _containers.RepeatedCompositeFieldContainer[param1]
    time_stamp: int
    def __init__(self, exposure: _Optional[str] = ..., recommends: _Optional[_Iterable[_Union[param1, _Mapping]]] = ..., time_stamp: _Optional[int] = ...) -> None: ...

class Similar(_message.Message):
    __slots__ = ("article_id",)
    ARTICLE_ID_FIELD_NUMBER: _ClassVar[int]
    article_id: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, article_id: _Optional[_Iterable[int]] = ...) -> None: ...
