"""One post, many addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopevents.domain.blocked_sites import is_blocked
from shopevents.domain.links import canonical_link, case_id_of

_NAVER = "https://blog.naver.com/sample_daily/224012345678"


@pytest.mark.parametrize(
    "link",
    [
        "https://blog.naver.com/sample_daily/224012345678",
        "http://blog.naver.com/sample_daily/224012345678/",
        "https://m.blog.naver.com/sample_daily/224012345678?fromRss=true",
        "https://blog.naver.com/sample_daily?Redirect=Log&amp;logNo=224012345678",
        "https://blog.naver.com/sample_daily?Redirect=Log&logNo=224012345678&from=postView",
        "https://blog.naver.com/PostView.naver?blogId=sample_daily&logNo=224012345678",
        "https://blog.naver.com/PostView.nhn?blogId=Sample_Daily&logNo=224012345678&redirect=Dlog",
        "https://m.blog.naver.com/PostView.naver?blogId=sample_daily&logNo=224012345678#comments",
        "http://sample_daily.blog.me/224012345678",
    ],
)
def test_every_form_of_a_naver_post_is_one_post(link: str) -> None:
    assert canonical_link(link) == _NAVER


@pytest.mark.parametrize(
    ("link", "canonical"),
    [
        ("https://sample-cafe.tistory.com/m/87?category=1", "https://sample-cafe.tistory.com/87"),
        ("http://sample-cafe.tistory.com/87/", "https://sample-cafe.tistory.com/87"),
        ("https://instagram.com/p/DExample001", "https://www.instagram.com/p/DExample001/"),
        ("https://www.instagram.com/cafe.dal/reel/DExample003/?igsh=abc", "https://www.instagram.com/p/DExample003/"),
        ("https://www.Example.com/a/?utm_source=x&id=3", "https://example.com/a?id=3"),
    ],
)
def test_other_sites_have_one_form_too(link: str, canonical: str) -> None:
    assert canonical_link(link) == canonical


@pytest.mark.parametrize(
    "link", ["", "javascript:alert(1)", "ftp://a.example/x", "https://", "http://[::1", "no link", "https://a"]
)
def test_what_is_no_web_address_has_no_form(link: str) -> None:
    assert canonical_link(link) is None


@given(st.text(max_size=200))
def test_a_canonical_link_is_its_own_form(text: str) -> None:
    once = canonical_link(f"https://blog.example.com/{text}")
    assert once is None or canonical_link(once) == once


def test_two_posts_of_a_blog_are_two_cases() -> None:
    other = _NAVER.replace("678", "679")
    assert case_id_of("naver_blog", _NAVER) != case_id_of("naver_blog", other)
    assert case_id_of("naver_blog", _NAVER).isascii()


@pytest.mark.parametrize(
    ("link", "author"),
    [
        ("https://onehour.kr/cafe-event", ""),
        ("https://blog.newvi.co.kr/1", ""),
        ("https://two-papa.tistory.com/12", ""),
        ("https://blog.naver.com/helpsns/223000000001", ""),
        ("https://blog.naver.com/someone/223000000001", "자영업위키"),
        ("https://blog.naver.com/someone/223000000001", "자영업 위키"),
    ],
)
def test_sites_with_invented_numbers_are_blocked(link: str, author: str) -> None:
    assert is_blocked(link, author)


@pytest.mark.parametrize(
    "link", ["https://blog.naver.com/sample/223000000001", "https://someone-hour.kr/1", "https://kiam.kr/1"]
)
def test_sites_with_similar_names_are_not(link: str) -> None:
    assert not is_blocked(link, "위키를 쓰는 자영업자")
