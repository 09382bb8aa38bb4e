"""The classifier of sections: learned from what people moved, judged on what it did not learn, kept with its report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache

from cong.harvest import classifier
from cong.harvest.models import Classifier, ItemRevision, Lesson
from cong.harvest.sorting import word_for
from cong.publishing.process import Content

_OF_RULES = 20_000


def current_model() -> classifier.Model | None:
    """Return the newest trained model; None before anybody trained one."""
    newest = Classifier.objects.order_by("-pk").values_list("pk", flat=True).first()
    return None if newest is None else _loaded(newest)


@lru_cache(maxsize=2)
def _loaded(number: int) -> classifier.Model:
    return classifier.Model.load(Classifier.objects.get(pk=number).model)


def pairs() -> Iterator[tuple[str, str]]:
    """Yield (text, section word) of every item that a person placed, and of those that a source's own map placed."""
    for lesson in Lesson.objects.select_related("item").order_by("pk"):
        if text := _text(lesson.item.publication_id):
            yield text, word_for(lesson.part, lesson.section)
    taught = Lesson.objects.values("item__publication")
    mapped = ItemRevision.objects.filter(n=1).exclude(publication__in=taught).select_related("snapshot")
    by_rule = mapped.filter(publication__item__reason__startswith="path:") | mapped.filter(
        publication__item__reason__startswith="tag:"
    )
    for revision in by_rule.order_by("-pk")[:_OF_RULES]:
        content = Content.parse(revision.snapshot.content, revision.snapshot.html)
        yield _words(content), word_for(content.part, content.section)


def _text(publication: int) -> str:
    revision = ItemRevision.objects.filter(publication=publication).select_related("snapshot").order_by("-n").first()
    return _words(Content.parse(revision.snapshot.content, revision.snapshot.html)) if revision else ""


def _words(content: Content) -> str:
    return classifier.reading(content.title, content.summary, content.html)


def train(*, at: datetime) -> tuple[Classifier, classifier.Report]:
    """Train on everything there is, judge by cross-validation, keep both; what is kept is used from now on."""
    known = list(pairs())
    report = classifier.cross_validate(known)
    made = Classifier.objects.create(at=at, model=classifier.train(known).dump(), report=asdict(report))
    return made, report
