"""What a request for a supplement may name: the one-stop's own, and the settling agency's wish."""

from collections.abc import Collection, Sequence

from contracts.refusal import Law, Refused


def check_components(components: Sequence[str], published: Collection[str], law: Law) -> None:
    """At least one component, each once, and only those the procedure's version publishes (IN-19). `law` is what the dossier pins.

    Raises `Refused` (422) with the place of the component.
    """
    if not components:
        raise Refused("Nêu đầy đủ các thành phần cần bổ sung.", article=law.article("supplement_complete"), field="items", status=422)
    for number, component in enumerate(components):
        if component in components[:number]:
            why = "Thành phần này đã nêu ở trên; mỗi thành phần nêu một lần, với một loại thiếu sót."
            raise Refused(why, article=law.article("supplement_complete"), field=f"items.{number}.component", status=422)
        if component not in published:
            why = "Thành phần này không có trong phiên bản thủ tục của hồ sơ."
            raise Refused(why, article=law.article("published_only"), field=f"items.{number}.component", status=422)
