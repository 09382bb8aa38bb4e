"""Files that are not public, for people who may see them. Whoever calls this has checked that they may."""

from __future__ import annotations

import re

from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase

from cong.agencies.models import Agency
from cong.agencies.rights import rights_of
from cong.media.formats import FORMATS, AssetKind
from cong.media.models import Asset, File, Picture
from cong.media.queries import files_of
from cong.media.sending import sent
from cong.media.store import private_folder, public_rendition, set_aside

_NAME = re.compile(
    r"(?P<sha256>[0-9a-f]{64})(?:-(?P<rendition>[0-9x-]{1,30}\.(?:webp|avif))|\.(?P<ending>[a-z0-9]{3,4}))"
)


def private_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """Answer with what will stand at `/tep/{name}` once it is released; raises Http404."""
    named = _NAME.fullmatch(name)
    if not named:
        raise Http404
    sha256, rendition = named["sha256"], named["rendition"]
    for file in File.objects.filter(sha256=sha256):
        if rendition and file.kind is AssetKind.PICTURE:
            return _rendition(private_folder(file.token) / rendition)
        if named["ending"] == file.ending and file.kind is not AssetKind.PICTURE:
            return whole(request, file)
    if not rendition:
        raise Http404
    public = public_rendition(sha256, rendition)
    return _rendition(public if public.exists() else set_aside(sha256) / rendition)


def may_see(user: object, name: str) -> bool:
    """Tell whether the person holds a role where the file of that public name belongs, or whether it is anybody's.

    Pictures of sources are no secret, and files of the centre are for all.
    """
    sha256, rights = name[:64], rights_of(user)
    if not rights.any():
        return False
    if rights.everywhere() or Picture.objects.filter(sha256=sha256).exists():
        return True
    reach = Agency.objects.filter(Q(pk__in=rights.agencies()) | Q(is_centre=True))
    return files_of(list(reach.values_list("pk", flat=True))).filter(sha256=sha256).exists()


def whole(request: HttpRequest, file: File) -> HttpResponseBase:
    """Answer with a cleaned file as it lies in the private store, whole or in part."""
    return sent(request, private_folder(file.token) / f"file.{file.ending}", file.ending, file.sha256)


def thumbnail(asset: Asset) -> HttpResponseBase:
    """Answer with the smallest rendition of the asset's picture or poster; raises Http404."""
    shown = asset.file if asset.kind == AssetKind.PICTURE else asset.poster.file if asset.poster else asset.file.frame
    if shown is None:
        raise Http404
    return _rendition(private_folder(shown.token) / f"{min(shown.width, 640)}.webp")


def _rendition(path: object) -> FileResponse:
    try:
        file = open(str(path), "rb")  # noqa: PTH123, SIM115 (the response closes it)
    except OSError as error:
        raise Http404 from error
    kind = FORMATS[str(path).rpartition(".")[2]].content_type
    return FileResponse(file, content_type=kind, headers={"X-Content-Type-Options": "nosniff"})
