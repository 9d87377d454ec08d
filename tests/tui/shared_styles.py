"""What style sheets come to is worked out once a process: applications of the same widgets come to the same.

Half of what an application's start costs is styling, and a run starts hundreds of applications.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from textual.css.model import RuleSet
    from textual.css.styles import RulesMap, Styles

FLAGS = ("_has_hover_style", "_has_focus_within", "_has_order_style", "_has_odd_or_even")
"""Where a sheet notes at a node which pseudo-classes the rules for it ask for."""


class Given(NamedTuple):
    """What a sheet gives to a node."""

    rules: RulesMap
    came_to: RulesMap
    """The rules as the node keeps them, but for its layout: that is an object of the node's own."""
    flags: list[bool]


class Known(NamedTuple):
    """What is known of every sheet of the same sources and variables."""

    pseudo_classes: tuple[str, ...]
    """Those that a selector of the sheet asks for."""
    given: dict[Hashable, Given]
    """By all that a selector may ask of a node, and of what the node lies in."""


_parsed: dict[Hashable, list[RuleSet]] = {}
_known: dict[Hashable, Known] = {}


class SharedStylesheet(Stylesheet):
    """A style sheet that remembers what sheets with the same sources and variables came to."""

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._known = Known((), {})
        self._known_for: object = None
        self._looks: dict[DOMNode, tuple[Hashable, ...]] = {}
        """How nodes look that others lie in, while many are styled in one go."""
        self._noted: dict[DOMNode, RulesMap] = {}

    def _parse_rules(self, *source: Any, **named: Any) -> list[RuleSet]:
        key = (*self._variables.items(), *source, *named.items())
        if key not in _parsed:
            _parsed[key] = super()._parse_rules(*source, **named)
        return _parsed[key]

    def update_nodes(self, nodes: Iterable[DOMNode], animate: bool = False) -> None:
        """Style nodes in one go."""
        self._looks.clear()
        super().update_nodes(nodes, animate)
        self._looks.clear()

    def apply(self, node: DOMNode, *, animate: bool = False, cache: dict[Any, RulesMap] | None = None) -> None:
        """Style a node as another one was that looked the same."""
        if cache is None and type(node) is not DOMNode:
            self._looks.clear()
        known = self._look_up()
        look = self._look(node, known.pseudo_classes)
        given = known.given.get(look)
        if given is None:
            super().apply(node, animate=animate, cache=cache)
            if (rules := self._noted.pop(node, None)) is not None:
                flags = [getattr(node, name) for name in FLAGS]
                known.given[look] = Given(rules, _without_layout(node.styles.base), flags)
            return
        for name, flag in zip(FLAGS, given.flags, strict=True):
            setattr(node, name, flag)
        self._give(node, given, animate)
        self._process_component_classes(node)

    # A method of the sheet, which notes them; Textual's is one of the class, and called on a sheet all the same.
    def replace_rules(self, node: DOMNode, rules: RulesMap, animate: bool = False) -> None:  # type: ignore[override]
        """Give rules to a node, and note which."""
        self._noted[node] = rules
        super().replace_rules(node, rules, animate)

    def _give(self, node: DOMNode, given: Given, animate: bool) -> None:
        base = node.styles.base
        layout = given.rules.get("layout")
        if not base._rules:
            base._rules.update(given.came_to)
            base.layout = layout
            node.notify_style_update()
        elif _without_layout(base) == given.came_to and type(base.layout) is type(layout):
            node.notify_style_update()
        else:
            super().replace_rules(node, given.rules, animate)

    def _look_up(self) -> Known:
        """Return what is known of sheets with what this one holds now."""
        rules_map = self.rules_map
        if self._known_for is not rules_map:
            self._known_for = rules_map
            content = (*self._variables.items(), *self.source.items())
            if content not in _known:
                asked = {name for rule in self.rules for name in rule.pseudo_classes}
                _known[content] = Known(tuple(sorted(asked)), {})
            self._known = _known[content]
        return self._known

    def _look(self, node: DOMNode, pseudo_classes: tuple[str, ...]) -> tuple[Hashable, ...]:
        """Return all that a selector may ask of a node, and of what it lies in."""
        look = self._looks.get(node)
        if look is None:
            parent, kind = node._parent, type(node)
            above = self._look(parent, pseudo_classes) if isinstance(parent, DOMNode) else ()
            asked = [has(node) for has in _checks(kind, pseudo_classes)]
            look = self._looks[node] = (*above, (kind, node._id, node.classes, *asked))
        return look


def _without_layout(styles: Styles) -> RulesMap:
    rules = styles._rules.copy()
    rules.pop("layout", None)
    return rules


@cache
def _checks(kind: type[DOMNode], pseudo_classes: tuple[str, ...]) -> list[Callable[[Any], bool]]:
    return [kind._PSEUDO_CLASSES[name] for name in pseudo_classes if name in kind._PSEUDO_CLASSES]
