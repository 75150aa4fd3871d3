"""A Bot API server on loopback, written from Telegram's documentation and not from the bot's code.

It enforces what Telegram enforces (https://core.telegram.org/bots/api), keeps a transcript with times, and plays out
the faults that a test has queued. What the bot should never send (an unknown method or field) is in `failures`.
"""

import asyncio
import html
import json
import math
import re
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

from aiohttp import ClientSession, web

TOKEN = "123456789:AAfakefakefakefakefakefakefakefake_"  # noqa: S105 - of a bot that does not exist
BOT = {"id": 123456789, "is_bot": True, "first_name": "Citebot", "username": "CitebotTestBot"}
READER = {"id": 1001, "is_bot": False, "first_name": "Ann <b>&", "username": "ann_o_nymous", "language_code": "en"}

MOST_UNITS = 4096
MOST_BYTES = 32768

MOST_DATA_BYTES = 64
MOST_RESULTS = 50
MOST_BUTTONS = 100
LONGEST_ID = 64
MOST_FILE_BYTES = 20_000_000
LONGEST_NOTICE = 200

TOLD = 50
"""Calls of the transcript that a failing test shows."""

COMMON = {"chat_id", "message_thread_id"}
TEXT = {"text", "parse_mode", "entities", "link_preview_options", "reply_markup"}
FIELDS = {
    "getMe": set(),
    "deleteWebhook": {"drop_pending_updates"},
    "setWebhook": {"url", "secret_token", "allowed_updates", "drop_pending_updates", "max_connections"},
    "getWebhookInfo": set(),
    "getUpdates": {"offset", "limit", "timeout", "allowed_updates"},
    "sendMessage": COMMON | TEXT | {"reply_parameters"},
    "sendDocument": COMMON | {"document", "reply_parameters"},
    "editMessageText": {"chat_id", "message_id"} | TEXT,
    "answerCallbackQuery": {"callback_query_id", "text", "show_alert", "url", "cache_time"},
    "answerInlineQuery": {"inline_query_id", "results", "cache_time", "is_personal", "next_offset", "button"},
    "sendChatAction": COMMON | {"action"},
    "setMyCommands": {"commands", "scope", "language_code"},
    "getFile": {"file_id"},
    "getMyCommands": {"scope", "language_code"},
    "deleteMyCommands": {"scope", "language_code"},
}

TAGS = {
    "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "tg-spoiler", "a", "code", "pre", "blockquote",
}  # fmt: skip
TAG = re.compile(r"<(/?)([a-z-]+)((?:\s+[a-z-]+(?:=\"[^\"]*\")?)*)\s*>")
REFERENCE = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d+)|#x([0-9a-fA-F]+));?")


class RefusedError(Exception):
    """The request breaks a rule of Telegram's."""

    def __init__(self, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.status = status


@dataclass
class Entity:
    """A piece of formatted text, in characters of the visible text."""

    kind: str
    text: str
    url: str | None = None


@dataclass
class Parsed:
    """What a reader sees."""

    text: str
    entities: list[Entity]

    def links(self) -> list[str | None]:
        return [entity.url for entity in self.entities if entity.kind == "a"]

    def pieces(self, kind: str) -> list[str]:
        return [entity.text for entity in self.entities if entity.kind == kind]


@dataclass
class Call:
    """One request of the bot and how it was answered."""

    at: float
    method: str
    fields: dict[str, Any]
    ok: bool = False
    description: str = ""
    parsed: Parsed | None = None
    message_id: int = 0
    """Of a message that was sent or edited."""


@dataclass
class Fault:
    """What the server does instead of answering: fail with a status, or drop the connection."""

    status: int = 502
    description: str = "Bad Gateway"
    retry_after: int | None = None
    migrate_to_chat_id: int | None = None
    page: str = ""
    """What a server in between says, which is not JSON."""
    drop: bool = False
    performed: bool = False
    """The request is carried out before it fails."""


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def decode_references(text: str) -> str:
    """Decode what Telegram decodes: four names, with or without the semicolon, and numbers."""

    def decoded(match: re.Match[str]) -> str:
        name, decimal, hexadecimal = match.groups()
        if name:
            return html.unescape(f"&{name};")
        return chr(int(decimal) if decimal else int(hexadecimal, 16))

    return REFERENCE.sub(decoded, text)


def parse_html(source: str) -> Parsed:
    """Return the visible text and its entities; refuse what Telegram refuses."""
    visible = ""
    opened: list[tuple[str, str | None, int]] = []
    entities = []
    position = 0
    while position < len(source):
        if source[position] != "<":
            end = source.find("<", position)
            end = len(source) if end < 0 else end
            visible += decode_references(source[position:end])
            position = end
            continue
        tag = TAG.match(source, position)
        if not tag or tag[2] not in TAGS:
            raise RefusedError(f"Bad Request: can't parse entities: Unsupported start tag at byte offset {position}")
        position = tag.end()
        if not tag[1]:
            if tag[2] == "blockquote" and any(name == "blockquote" for name, _, _ in opened):
                raise RefusedError("Bad Request: can't parse entities: nested blockquote")
            address = re.search(r'href="([^"]*)"', tag[3])
            opened.append((tag[2], decode_references(address[1]) if address else None, len(visible)))
            continue
        if not opened or opened[-1][0] != tag[2]:
            raise RefusedError(f"Bad Request: can't parse entities: Unmatched end tag at byte offset {position}")
        name, url, start = opened.pop()
        entities.append(Entity(name, visible[start:], url))
    if opened:
        raise RefusedError(f"Bad Request: can't parse entities: Can't find end tag corresponding to {opened[-1][0]}")
    return Parsed(visible.strip(), entities)


def parse_message(fields: dict[str, Any]) -> Parsed:
    text = fields.get("text", "")
    if len(text.encode()) > MOST_BYTES:
        raise RefusedError("Bad Request: text is too long")
    mode = fields.get("parse_mode")
    if mode not in {None, "HTML"}:
        raise RefusedError("Bad Request: unsupported parse_mode")
    parsed = parse_html(text) if mode else Parsed(text.strip(), [])
    if not parsed.text:
        raise RefusedError("Bad Request: message text is empty")
    if units(parsed.text) > MOST_UNITS:
        raise RefusedError("Bad Request: message is too long")
    return parsed


def check_keyboard(markup: dict[str, Any] | None) -> None:
    """Refuse an inline keyboard that Telegram refuses."""
    if markup is None:
        return
    rows = markup["inline_keyboard"]
    if sum(map(len, rows)) > MOST_BUTTONS:
        raise RefusedError("Bad Request: reply markup is too long")
    for button in (button for row in rows for button in row):
        if not button["text"].strip():
            raise RefusedError("Bad Request: text buttons are unallowed to be empty")
        if set(button) != {"text", "callback_data"}:
            raise RefusedError(f"Bad Request: unexpected button {button}")
        if not 1 <= len(button["callback_data"].encode()) <= MOST_DATA_BYTES:
            raise RefusedError("Bad Request: BUTTON_DATA_INVALID")


def buttons(call: Call) -> dict[str, str]:
    """Return the buttons of a message: what each says and what it sends back."""
    rows = call.fields.get("reply_markup", {"inline_keyboard": []})["inline_keyboard"]
    return {button["text"]: button["callback_data"] for row in rows for button in row}


@dataclass
class TelegramServer:
    """Use as ``async with TelegramServer() as telegram``; `url` is its root."""

    calls: list[Call] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    commands: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    """The menu that everyone sees, for each language."""
    commands_of_chats: dict[int, dict[str, list[dict[str, str]]]] = field(default_factory=dict)
    """The menus of single chats, which are seen in place of that."""
    strangers: set[int] = field(default_factory=set)
    """People who have not written to the bot yet: their chats do not exist for it. Whoever writes is none any more."""
    webhook: dict[str, Any] = field(default_factory=dict)
    """The fields of setWebhook, while one is set."""
    url: str = ""
    gives_up: bool = True
    """Whether a request is not carried out whose sender has gone meanwhile. Telegram carries it out."""
    cut: bool = False
    """Every connection is dropped."""
    dropped: int = 0
    """How many fetches of updates were dropped so far."""
    blocked_by: set[int | str] = field(default_factory=set)
    """The chats that do not let the bot send."""
    flood_waits: dict[int | str, int] = field(default_factory=dict)
    """For a chat, how many seconds the next message to it is turned away for."""
    files: dict[str, bytes] = field(default_factory=dict)
    """What a reader has sent, by the `file_id` of the message's document."""
    migrated: dict[int | str, int] = field(default_factory=dict)
    """For a group, the supergroup that it has become."""

    def __post_init__(self) -> None:
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._updates: list[dict[str, Any]] = []
        self._last_update = 5000
        self._last_message = 100
        self._messages: set[tuple[int, int]] = set()
        self._shown: dict[tuple[int, int], tuple[Any, ...]] = {}
        self._open_queries: set[str] = set()
        self._last_query = 10**18  # beyond what a float can hold
        self._changed = asyncio.Condition()
        self._polls = 0
        self._flooded: dict[int | str, float] = {}

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_route("*", "/bot{token}/{method}", self._serve)
        application.router.add_get("/file/bot{token}/documents/{file}", self._hand_over)
        self._runner = web.AppRunner(application, shutdown_timeout=0.1, handler_cancellation=self.gives_up)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._runner.cleanup()

    # What a test does

    def fault(self, method: str, fault: Fault, times: int = 1) -> None:
        """Let the next `times` requests of `method` fail."""
        self._faults[method].extend([fault] * times)

    async def receive(self, *, kind: str = "message", update_id: int | None = None, **message: Any) -> int:
        """Deliver a message of a reader's to the bot; return its message_id. The chat is private unless given."""
        self._last_message += 1
        sender = {key: value for key, value in {**READER, **message.pop("sender", {})}.items() if value is not None}
        chat = message.pop("chat", {"id": sender["id"], "type": "private", "first_name": sender["first_name"]})
        text = message.get("text", "")
        if text.startswith("/") and "entities" not in message:
            length = units(text.split()[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        self.strangers.discard(chat["id"])
        body = {"message_id": self._last_message, "date": int(time.time()), "chat": chat, "from": sender, **message}
        self._messages.add((chat["id"], self._last_message))
        await self.deliver({kind: body}, update_id)
        return self._last_message

    async def call_webhook(self, update: dict[str, Any] | bytes, *, place: str, secret: str | None = None) -> int:
        """Call the webhook at `place` instead of its host, as a proxy would; return the status.

        `secret` is shown instead of the right one; "" shows none.
        """
        shown = self.webhook["secret_token"] if secret is None else secret
        headers = {"Content-Type": "application/json"}
        if shown:
            headers["X-Telegram-Bot-Api-Secret-Token"] = shown
        body = update if isinstance(update, bytes) else json.dumps(update).encode()
        address = place + urlsplit(self.webhook["url"]).path
        async with ClientSession() as session, session.post(address, data=body, headers=headers) as response:
            return response.status

    async def press(self, data: str, message_id: int, *, sender: Any = None, chat: Any = None, **fields: Any) -> str:
        """Deliver that a reader pressed a button below a message of the bot's; return the query's id."""
        person = {**READER, **(sender or {})}
        place = chat or {"id": person["id"], "type": "private", "first_name": person["first_name"]}
        message = {"message_id": message_id, "date": int(time.time()), "chat": place, "from": BOT, "text": "Before"}
        shown = self._shown.get((place["id"], message_id))
        if shown is not None and (keyboard := json.loads(shown[2])):
            message["reply_markup"] = keyboard
        body = {"from": person, "chat_instance": "1", "message": message, "data": data, **fields}
        return await self._deliver_query("callback_query", body)

    async def type(self, text: str, *, sender: Any = None) -> str:
        """Deliver what a reader has typed after the bot's name in some chat; return the query's id."""
        body = {"from": {**READER, **(sender or {})}, "query": text, "offset": ""}
        return await self._deliver_query("inline_query", body)

    async def _deliver_query(self, kind: str, body: dict[str, Any]) -> str:
        self._last_query += 1
        query = str(self._last_query)
        self._open_queries.add(query)
        given = {key: value for key, value in body.items() if value is not None}
        await self.deliver({kind: {"id": query, **given}})
        return query

    async def deliver(self, update: dict[str, Any], update_id: int | None = None) -> int:
        """Deliver an update of any content; return its number."""
        async with self._changed:
            self._last_update += 1
            number = update_id or self._last_update
            self._updates.append({"update_id": number, **update})
            self._changed.notify_all()
        return number

    async def answered(self, query: str, seconds: float = 60.0) -> Call:
        """Return how a press or an inline query was answered."""

        def found() -> list[Call]:
            names = ("callback_query_id", "inline_query_id")
            return [call for call in self.calls if query in {str(call.fields.get(name)) for name in names}]

        await self.until(found, f"an answer to query {query}", seconds)
        return found()[0]

    def waiting(self, queries: list[str]) -> set[str]:
        """Return those of `queries` that were not answered yet."""
        return self._open_queries.intersection(queries)

    def edited(self) -> list[Call]:
        """Return the edits that were carried out."""
        return [call for call in self.calls if call.method == "editMessageText" and call.ok]

    async def edits(self, count: int, seconds: float = 60.0) -> list[Call]:
        """Return the edits once there are `count` of them."""
        await self.until(lambda: len(self.edited()) >= count, f"{count} edits", seconds)
        return self.edited()

    def sent(self) -> list[Call]:
        """Return the messages that arrived."""
        return [call for call in self.calls if call.method == "sendMessage" and call.ok]

    async def messages(self, count: int, seconds: float = 60.0) -> list[Call]:
        """Return the messages once there are `count` of them."""
        await self.until(lambda: len(self.sent()) >= count, f"{count} messages", seconds)
        return self.sent()

    async def until(self, condition: Any, what: str, seconds: float = 60.0) -> None:
        """Wait for `condition`."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(condition)
        except TimeoutError:
            transcript = "\n".join(
                f"{call.method} {call.fields} {call.ok} {call.description}" for call in self.calls[-TOLD:]
            )
            raise AssertionError(f"waited in vain for {what}; transcript:\n{transcript}") from None

    async def eventually(self, condition: Any, what: str, seconds: float = 60.0) -> None:
        """Wait for `condition` on something that the bot does without a word to the server."""
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, f"waited in vain for {what}"
            await asyncio.sleep(0.05)

    async def polling(self, seconds: float = 60.0) -> None:
        """Wait until the bot fetches updates and its menu is filled: then it is up."""
        await self.until(lambda: self._polls and len(self.commands) >= 3, "the bot to start", seconds)

    async def confirmed(self) -> None:
        """Wait until the bot has taken everything that was delivered."""
        await self.until(lambda: not self._updates, "everything to be taken")

    async def typing(self, chats: int) -> None:
        """Wait until so many chats were shown that the bot is typing, which is repeated while it goes on."""

        def shown() -> set[int]:
            return {call.fields["chat_id"] for call in self.calls if call.method == "sendChatAction"}

        await self.until(lambda: len(shown()) >= chats, f"typing in {chats} chats")

    def unconfirmed(self) -> int:
        """Return how many updates would be delivered to the next bot that polls."""
        return len(self._updates)

    def restarted(self) -> None:
        """Forget that a bot was up, so that `polling` waits for the next one."""
        self._polls = 0
        self.commands.clear()

    # What the bot sees

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if self.cut and request.transport:
            async with self._changed:
                self.dropped += method == "getUpdates"
                self._changed.notify_all()
            request.transport.abort()
            return web.Response()
        data = dict(await request.post())
        call = Call(time.monotonic(), method, {name: _field(value) for name, value in data.items()})
        try:
            result = await self._answer(request, call)
            response = web.json_response({"ok": True, "result": result})
            call.ok = True
        except RefusedError as error:
            call.description = str(error)
            status = error.status
            body = {"ok": False, "error_code": status, "description": str(error)}
            response = web.json_response(body, status=status)
        except _FaultError as injected:
            call.description = f"fault: {injected.fault}"
            response = self._failed(request, injected.fault)
        finally:
            async with self._changed:
                self.calls.append(call)
                self._changed.notify_all()
        return response

    def _failed(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.drop and request.transport:
            request.transport.abort()
        if fault.page:
            return web.Response(text=fault.page, status=fault.status, content_type="text/html")
        body: dict[str, Any] = {"ok": False, "error_code": fault.status, "description": fault.description}
        parameters = {"retry_after": fault.retry_after, "migrate_to_chat_id": fault.migrate_to_chat_id}
        if given := {name: value for name, value in parameters.items() if value is not None}:
            body["parameters"] = given
        return web.json_response(body, status=fault.status)

    async def _answer(self, request: web.Request, call: Call) -> Any:
        if request.match_info["token"] != TOKEN:
            raise RefusedError("Unauthorized", 401)
        faults = self._faults[call.method]
        fault = faults.popleft() if faults else None
        if fault and not fault.performed:
            raise _FaultError(fault)
        if call.method not in FIELDS:
            self.failures.append(f"unknown method {call.method}")
            raise RefusedError("Not Found", 404)
        if unknown := set(call.fields) - FIELDS[call.method]:
            self.failures.append(f"unknown fields of {call.method}: {unknown}")
        result = await getattr(self, "_" + re.sub("([A-Z])", lambda m: "_" + m[1].lower(), call.method))(call)
        if fault:
            call.ok = True
            raise _FaultError(fault)
        return result

    async def _get_me(self, _call: Call) -> Any:
        rights = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": True}
        return BOT | rights

    async def _delete_webhook(self, _call: Call) -> Any:
        self.webhook.clear()
        return True

    async def _set_webhook(self, call: Call) -> Any:
        if not re.fullmatch("[A-Za-z0-9_-]{1,256}", call.fields.get("secret_token", "")):
            raise RefusedError("Bad Request: secret token contains unallowed characters")
        if "forbidden" in call.fields["url"]:
            raise RefusedError("Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        self.webhook = call.fields
        return True

    async def _get_file(self, call: Call) -> Any:
        file = call.fields["file_id"]
        if file not in self.files:
            raise RefusedError("Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(self.files[file]) > MOST_FILE_BYTES:
            raise RefusedError("Bad Request: file is too big")
        known = {"file_id": file, "file_unique_id": file, "file_size": len(self.files[file])}
        return known | {"file_path": f"documents/{file}"}

    async def _hand_over(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != TOKEN or request.match_info["file"] not in self.files:
            return web.Response(status=404)
        return web.Response(body=self.files[request.match_info["file"]])

    async def _get_webhook_info(self, _call: Call) -> Any:
        return {"url": self.webhook.get("url", ""), "has_custom_certificate": False, "pending_update_count": 0}

    async def _get_updates(self, call: Call) -> Any:
        if self.webhook:
            raise RefusedError("Conflict: can't use getUpdates method while webhook is active", 409)
        self._polls += 1
        mine = self._polls
        offset = call.fields.get("offset", 0)
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        async with self._changed:
            self._changed.notify_all()
            try:
                async with asyncio.timeout(min(call.fields.get("timeout", 0), 3)):
                    await self._changed.wait_for(
                        lambda: self._updates or mine != self._polls or self._faults["getUpdates"]
                    )
            except TimeoutError:
                return []
        if mine != self._polls:
            raise RefusedError("Conflict: terminated by other getUpdates request", 409)
        if self._faults["getUpdates"] and not self._updates:
            raise _FaultError(self._faults["getUpdates"].popleft())
        return self._updates[:100]

    async def _send_message(self, call: Call) -> Any:
        chat = call.fields["chat_id"]
        self._may_send_to(chat)
        call.parsed = parse_message(call.fields)
        check_keyboard(call.fields.get("reply_markup"))
        reply = call.fields.get("reply_parameters")
        if reply and (chat, reply["message_id"]) not in self._messages and not reply["allow_sending_without_reply"]:
            raise RefusedError("Bad Request: message to be replied not found")
        self._last_message += 1
        self._messages.add((chat, self._last_message))
        call.message_id = self._last_message
        self._shown[chat, self._last_message] = _content(call)
        return {"message_id": self._last_message, "date": int(time.time()), "chat": _known_as(chat), "from": BOT}

    async def _send_document(self, call: Call) -> Any:
        chat = call.fields["chat_id"]
        self._may_send_to(chat)
        name, content = call.fields["document"]
        if not content:
            raise RefusedError("Bad Request: file must be non-empty")
        self._last_message += 1
        document = {"file_id": "d", "file_unique_id": "d", "file_name": name}
        where = {"id": chat, "type": "private"}
        return {"message_id": self._last_message, "date": int(time.time()), "chat": where, "document": document}

    def _may_send_to(self, chat: int | str) -> None:
        if chat in self.blocked_by:
            raise RefusedError("Forbidden: bot was blocked by the user", 403)
        if seconds := self.flood_waits.get(chat):
            began = self._flooded.setdefault(chat, time.monotonic())
            left = math.ceil(began + seconds - time.monotonic())
            if left > 0:
                raise _FaultError(Fault(429, f"Too Many Requests: retry after {left}", retry_after=left))
        if supergroup := self.migrated.get(chat):
            message = "Bad Request: group chat was upgraded to a supergroup chat"
            raise _FaultError(Fault(400, message, migrate_to_chat_id=supergroup))

    async def _edit_message_text(self, call: Call) -> Any:
        call.parsed = parse_message(call.fields)
        check_keyboard(call.fields.get("reply_markup"))
        key = (call.fields["chat_id"], call.fields["message_id"])
        if key not in self._shown:
            raise RefusedError("Bad Request: message to edit not found")
        if self._shown[key] == _content(call):
            raise RefusedError("Bad Request: message is not modified: specified new message content is the same")
        self._shown[key] = _content(call)
        call.message_id = key[1]
        where = {"id": key[0], "type": "private" if key[0] > 0 else "supergroup"}
        return {"message_id": key[1], "date": int(time.time()), "edit_date": int(time.time()), "chat": where}

    async def _answer_callback_query(self, call: Call) -> Any:
        if len(call.fields.get("text", "")) > LONGEST_NOTICE:
            raise RefusedError("Bad Request: MESSAGE_TOO_LONG")
        return self._close_query(str(call.fields["callback_query_id"]))

    async def _answer_inline_query(self, call: Call) -> Any:
        results = call.fields.get("results", [])
        if len(results) > MOST_RESULTS:
            raise RefusedError("Bad Request: RESULTS_TOO_MUCH")
        identifiers = [str(result["id"]) for result in results]
        if len(set(identifiers)) != len(identifiers):
            raise RefusedError("Bad Request: RESULT_ID_DUPLICATE")
        if not all(1 <= len(identifier.encode()) <= LONGEST_ID for identifier in identifiers):
            raise RefusedError("Bad Request: RESULT_ID_INVALID")
        for result in results:
            content = result["input_message_content"]
            if result["type"] != "article" or not result["title"].strip():
                raise RefusedError("Bad Request: ARTICLE_TITLE_EMPTY")
            parse_message({"text": content["message_text"], "parse_mode": content.get("parse_mode")})
        button = call.fields.get("button")
        if button and not (button["text"] and re.fullmatch("[A-Za-z0-9_-]{1,64}", button["start_parameter"])):
            raise RefusedError("Bad Request: START_PARAM_INVALID")
        return self._close_query(str(call.fields["inline_query_id"]))

    def _close_query(self, query: str) -> bool:
        if query not in self._open_queries:
            raise RefusedError("Bad Request: query is too old and response timeout expired or query ID is invalid")
        self._open_queries.remove(query)
        return True

    async def _send_chat_action(self, call: Call) -> Any:
        if call.fields.get("action") != "typing":
            raise RefusedError("Bad Request: wrong parameter action in request")
        return True

    async def _set_my_commands(self, call: Call) -> Any:
        for command in call.fields["commands"]:
            if not re.fullmatch("[a-z0-9_]{1,32}", command["command"]) or not 1 <= len(command["description"]) <= 256:
                raise RefusedError("Bad Request: BOT_COMMAND_INVALID")
        self._commands_in(call)[call.fields.get("language_code", "")] = call.fields["commands"]
        return True

    async def _get_my_commands(self, call: Call) -> Any:
        return self._commands_in(call).get(call.fields.get("language_code", ""), [])

    async def _delete_my_commands(self, call: Call) -> Any:
        self._commands_in(call).pop(call.fields.get("language_code", ""), None)
        return True

    def _commands_in(self, call: Call) -> dict[str, list[dict[str, str]]]:
        scope = call.fields.get("scope", {"type": "default"})
        if scope["type"] == "default":
            return self.commands
        if scope["type"] != "chat":
            raise RefusedError("Bad Request: unsupported scope here")
        if scope["chat_id"] in self.strangers:
            raise RefusedError("Bad Request: chat not found")
        return self.commands_of_chats.setdefault(scope["chat_id"], {})


class _FaultError(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__()
        self.fault = fault


def _known_as(chat: int | str) -> dict[str, Any]:
    """Return a chat that was named by its number, or as a channel by its public name."""
    if isinstance(chat, str):
        return {"id": -1001, "type": "channel", "title": "News", "username": chat.removeprefix("@")}
    return {"id": chat, "type": "private" if chat > 0 else "supergroup"}


def _content(call: Call) -> tuple[Any, ...]:
    """Return what tells whether an edit changes anything."""
    return (call.fields["text"], call.fields.get("parse_mode"), json.dumps(call.fields.get("reply_markup")))


def _field(value: Any) -> Any:
    """Return a form field as `_value` does, and a file as its name and content."""
    if isinstance(value, web.FileField):
        with value.file as file:
            return value.filename, file.read().decode()
    return _value(str(value))


def _value(text: str) -> Any:
    """Return a form field as the number, list or object that it stands for; a text as it is."""
    if re.fullmatch(r"-?\d{1,15}|true|false|[\[{].*[\]}]", text, re.DOTALL):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text
