import pytest

from shopevents.domain.josa import fill, names_in, particle, with_particle


@pytest.mark.parametrize(
    ("word", "form", "expected"),
    [
        ("쿠폰", "를", "쿠폰을"),
        ("커피", "을", "커피를"),
        ("고깃집", "가", "고깃집이"),
        ("카페", "은", "카페는"),
        ("손님", "와", "손님과"),
        ("후기", "과", "후기와"),
        ("서울", "으로", "서울로"),
        ("매장", "로", "매장으로"),
        ("가게", "으로", "가게로"),
        ("10", "을", "10을"),
        ("100", "으로", "100으로"),
        ("2", "을", "2를"),
        ("3", "이", "3이"),
        ("7", "으로", "7로"),
        ("8", "은", "8은"),
        ("10,000", "을", "10,000을"),
        ("30%", "을", "30%를"),
        ("SNS", "을", "SNS를"),
        ("VIP", "은", "VIP는"),
        ("BBQ", "을", "BBQ를"),
        ("XL", "으로", "XL로"),
        ("CD", "이", "CD가"),
        ("PC방", "을", "PC방을"),
        ("할인권(30명)", "을", "할인권(30명)을"),
        ("‘불멍 세트’", "을", "‘불멍 세트’를"),
    ],
)
def test_a_particle_agrees_with_how_the_word_is_read(word: str, form: str, expected: str) -> None:
    assert with_particle(word, form) == expected


def test_a_template_says_which_words_it_needs_and_inflects_them() -> None:
    template = "{guest}에게 {reward:을} 드립니다."
    assert names_in(template) == {"guest", "reward"}
    assert fill(template, {"guest": "손님", "reward": "음료 1잔"}) == "손님에게 음료 1잔을 드립니다."


def test_an_unknown_particle_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(KeyError):
        particle("쿠폰", "께서")
