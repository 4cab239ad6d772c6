"""Names in other scripts, and how their bearers spell them in Latin letters.

A customer may be looked for by the spelling of a passport, which for Chinese, Japanese and
Arabic names is a matter of reading, not of letters: their names are written here with it.
"""

CODES = frozenset({"el", "ru", "ja", "ar", "zh"})


def _table(text: str) -> dict[str, tuple[str, ...]]:
    """`name=Spelling/Other spelling ...` -> name -> its spellings, the usual one first."""
    pairs = (entry.partition("=") for entry in text.split())
    return {name: tuple(spellings.split("/")) for name, _, spellings in pairs}


ARABIC_GIVEN = _table(
    "محمد=Mohammed/Muhammad/Mohamed أحمد=Ahmed/Ahmad علي=Ali حسن=Hassan/Hasan"
    " حسين=Hussein/Hussain عمر=Omar/Umar خالد=Khaled/Khalid يوسف=Youssef/Yusuf"
    " إبراهيم=Ibrahim مصطفى=Mustafa/Mostafa كريم=Karim/Kareem طارق=Tariq/Tarek سعيد=Said/Saeed"
    " ناصر=Nasser/Nasir سليمان=Suleiman/Sulaiman فاطمة=Fatima/Fatma عائشة=Aisha/Aysha"
    " مريم=Maryam/Mariam زينب=Zainab/Zeinab خديجة=Khadija ليلى=Layla/Leila نور=Nour/Noor"
    " سارة=Sara/Sarah هدى=Huda/Hoda أمينة=Amina رانيا=Rania سلمى=Salma ياسمين=Yasmin/Yasmine"
    " جميلة=Jamila منى=Mona/Muna وليد=Walid/Waleed فيصل=Faisal/Faysal ماجد=Majid/Majed"
    " رشيد=Rashid/Rachid جمال=Jamal/Gamal"
)
ARABIC_FAMILY = _table(
    "المنصوري=Almansouri/Almansoori الهاشمي=Alhashimi/Alhashemi النعيمي=Alnuaimi"
    " الشامسي=Alshamsi الكعبي=Alkaabi المزروعي=Almazrouei الظاهري=Aldhaheri السويدي=Alsuwaidi"
    " الزعابي=Alzaabi الحمادي=Alhammadi المهيري=Almheiri الفلاسي=Alfalasi العامري=Alameri"
    " المصري=Almasri/Elmasry البغدادي=Albaghdadi حداد=Haddad خوري=Khoury/Khouri نجار=Najjar"
    " صالح=Saleh/Salih منصور=Mansour/Mansoor سالم=Salem/Salim حمدان=Hamdan شريف=Sharif/Cherif"
    " رمضان=Ramadan قاسم=Qasim/Kassem عثمان=Othman/Osman يعقوب=Yaqoub/Yacoub بدوي=Badawi"
    " عباس=Abbas كنعان=Kanaan درويش=Darwish شاهين=Shahin/Chahine طاهر=Taher/Tahir عزيز=Aziz"
    " فارس=Fares/Faris"
)
CHINESE_FAMILY = _table(
    "王=Wang 李=Li 张=Zhang 刘=Liu 陈=Chen 杨=Yang 黄=Huang 赵=Zhao 吴=Wu 周=Zhou 徐=Xu 孙=Sun"
    " 马=Ma 朱=Zhu 胡=Hu 郭=Guo 何=He 高=Gao 林=Lin 罗=Luo 郑=Zheng 梁=Liang 谢=Xie 宋=Song"
    " 唐=Tang 许=Xu 韩=Han 冯=Feng 邓=Deng 曹=Cao 彭=Peng 曾=Zeng 肖=Xiao 田=Tian 董=Dong"
    " 潘=Pan 袁=Yuan 蔡=Cai 蒋=Jiang 余=Yu 于=Yu 杜=Du 叶=Ye 程=Cheng 魏=Wei 苏=Su 吕=Lü/Lu"
    " 丁=Ding 任=Ren 沈=Shen 欧阳=Ouyang"
)
_CHINESE_SYLLABLES = _table(
    "伟=wei 芳=fang 娜=na 敏=min 静=jing 丽=li 强=qiang 磊=lei 军=jun 洋=yang 勇=yong 艳=yan"
    " 杰=jie 涛=tao 明=ming 超=chao 秀=xiu 霞=xia 平=ping 刚=gang 桂=gui 英=ying 华=hua 玉=yu"
    " 兰=lan 梅=mei 红=hong 文=wen 建=jian 国=guo 志=zhi 海=hai 春=chun 雪=xue 晨=chen 宇=yu"
)
CHINESE_GIVEN = _CHINESE_SYLLABLES | {
    first + second: (a[0] + b[0],)
    for first, a in _CHINESE_SYLLABLES.items()
    for second, b in _CHINESE_SYLLABLES.items()
    if first != second
}

JAPANESE_GIVEN = _table(
    "蓮=Ren 悠真=Yuma 結衣=Yui 葵=Aoi 陽翔=Haruto 湊=Minato 凛=Rin 結菜=Yuna 健太=Kenta 拓也=Takuya"
    " 恵=Megumi 明美=Akemi 由美=Yumi 誠=Makoto 浩=Hiroshi 隆=Takashi 愛=Ai 翼=Tsubasa"
    " 真由美=Mayumi 和子=Kazuko 正=Tadashi ケンジ=Kenji アキラ=Akira マリ=Mari ひなた=Hinata"
)
JAPANESE_FAMILY = _table(
    "吉田=Yoshida 佐々木=Sasaki 山口=Yamaguchi 松本=Matsumoto 井上=Inoue 木村=Kimura 斎藤=Saito"
    " 清水=Shimizu 阿部=Abe 池田=Ikeda 橋本=Hashimoto 石川=Ishikawa 前田=Maeda 藤田=Fujita"
    " 後藤=Goto 岡田=Okada 長谷川=Hasegawa 近藤=Kondo 遠藤=Endo 青木=Aoki 坂本=Sakamoto"
)
# What `bench.generator.names` has for Japan; made last names are a stem and an ending.
_JAPANESE = (
    JAPANESE_GIVEN
    | JAPANESE_FAMILY
    | _table(
        "翔太=Shota 花子=Hanako 太郎=Taro 美咲=Misaki 健=Ken さくら=Sakura 陽菜=Hina 大輔=Daisuke"
        " 直樹=Naoki 優子=Yuko サトシ=Satoshi ユミ=Yumi 佐藤=Sato 鈴木=Suzuki 高橋=Takahashi"
        " 田中=Tanaka 伊藤=Ito 渡辺=Watanabe 山本=Yamamoto 中村=Nakamura 小林=Kobayashi 加藤=Kato"
    )
)
_JAPANESE_STEMS = _table(
    "山=Yama 川=Kawa 田=Ta 石=Ishi 木=Ki 森=Mori 林=Hayashi 高=Taka 松=Matsu 村=Mura"
)
_JAPANESE_ENDINGS = _table(
    "本=moto 田=da 川=kawa 村=mura 野=no 口=guchi 島=shima 原=hara 崎=saki 井=i"
)

_GREEK_PAIRS = {
    "ου": "ou", "αυ": "av", "ευ": "ev", "μπ": "b", "γγ": "ng", "γκ": "gk", "γχ": "nch",
}  # fmt: skip
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρσςτυφχψω",
        "a v g d e z i th i k l m n x o p r s s t y f ch ps o".split(),
        strict=True,
    )
) | {"ά": "a", "έ": "e", "ή": "i", "ί": "i", "ό": "o", "ύ": "y", "ώ": "o", "ϊ": "i", "ΐ": "i"}
_GREEK_STRESSED = {"ού": "ου", "αύ": "αυ", "εύ": "ευ"}
_CYRILLIC = dict(
    zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        ("a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch - y - e yu ya").split(),
        strict=True)
)  # fmt: skip


def latin_spellings(word: str, code: str) -> list[str]:
    """How this name may be spelled in Latin letters, the usual spelling first."""
    if code == "el":
        return [_greek(word)]
    if code == "ru":
        return _cyrillic(word)
    if code == "ja":
        return _japanese(word)
    tables = {"ar": (ARABIC_GIVEN, ARABIC_FAMILY), "zh": (CHINESE_GIVEN, CHINESE_FAMILY)}
    for table in tables.get(code, ()):
        if word in table:
            return [spelling.capitalize() for spelling in table[word]]
    return []


def is_ideographic(name: str) -> bool:
    """Whether the name holds Chinese characters, which have a reading but no sound of their own."""
    return any("\u4e00" <= character <= "\u9fff" for character in name)


def _greek(word: str) -> str:
    text = word.lower()
    for stressed, plain in _GREEK_STRESSED.items():
        text = text.replace(stressed, plain)
    for pair, latin in _GREEK_PAIRS.items():
        text = text.replace(pair, latin)
    return "".join(_GREEK.get(letter, letter) for letter in text).capitalize()


def _cyrillic(word: str) -> list[str]:
    letters = [_CYRILLIC.get(letter, letter).replace("-", "") for letter in word.lower()]
    passport = "".join(letters).capitalize()
    everyday = passport.removesuffix("ii") + "y" if passport.endswith("ii") else passport
    return list(dict.fromkeys((everyday, passport)))


def _japanese(word: str) -> list[str]:
    if word in _JAPANESE:
        return list(_JAPANESE[word])
    if len(word) == 2 and word[0] in _JAPANESE_STEMS and word[1] in _JAPANESE_ENDINGS:
        return [_JAPANESE_STEMS[word[0]][0] + _JAPANESE_ENDINGS[word[1]][0]]
    return []
