"""How Japanese names that are written in Chinese characters are read. Plain Python.

A character has a reading only within a name, so the frequent names are listed; last names
that are not listed are read character by character, as most of them are made.
"""

from functools import lru_cache

_FAMILIES = """
    佐藤 sato 鈴木 suzuki 高橋 takahashi 田中 tanaka 伊藤 ito 渡辺 watanabe 渡邊 watanabe
    渡部 watanabe 山本 yamamoto 中村 nakamura 小林 kobayashi 加藤 kato 吉田 yoshida 山田 yamada
    佐々木 sasaki 山口 yamaguchi 松本 matsumoto 井上 inoue 木村 kimura 林 hayashi 斎藤 saito
    斉藤 saito 齋藤 saito 清水 shimizu 山崎 yamazaki/yamasaki 阿部 abe 安部 abe 森 mori
    池田 ikeda 橋本 hashimoto 山下 yamashita 石川 ishikawa 中島 nakajima/nakashima 前田 maeda
    藤田 fujita 小川 ogawa 後藤 goto 岡田 okada 長谷川 hasegawa 村上 murakami 近藤 kondo
    石井 ishii 遠藤 endo 青木 aoki 坂本 sakamoto 福田 fukuda 太田 ota 西村 nishimura
    藤井 fujii 金子 kaneko 岡本 okamoto 藤原 fujiwara 三浦 miura 中野 nakano 原田 harada
    松田 matsuda 竹内 takeuchi 武田 takeda 中川 nakagawa 小野 ono 田村 tamura 上田 ueda
    森田 morita 原 hara 柴田 shibata 酒井 sakai 工藤 kudo 横山 yokoyama 宮崎 miyazaki
    宮本 miyamoto 内田 uchida 高木 takagi 安藤 ando 谷口 taniguchi 大野 ono 丸山 maruyama
    今井 imai 河野 kono 藤本 fujimoto 村田 murata 武藤 muto 上野 ueno 杉山 sugiyama
    増田 masuda 平野 hirano 菅原 sugawara 久保 kubo 松井 matsui 千葉 chiba 岩崎 iwasaki
    桜井 sakurai 木下 kinoshita 野口 noguchi 松尾 matsuo 野村 nomura 菊地 kikuchi 菊池 kikuchi
    佐野 sano 大西 onishi 杉本 sugimoto 新井 arai 浜田 hamada 市川 ichikawa 古川 furukawa
    水野 mizuno 小松 komatsu 島田 shimada 小島 kojima 小山 koyama 高田 takada 山内 yamauchi
    西田 nishida 菅野 kanno 東 higashi 五十嵐 igarashi 本田 honda 服部 hattori 平田 hirata
    川口 kawaguchi 川崎 kawasaki 飯田 iida 吉川 yoshikawa 本間 honma 土屋 tsuchiya
    矢野 yano 永井 nagai 望月 mochizuki 大塚 otsuka 星野 hoshino 須藤 sudo 大島 oshima
    関 seki 桑原 kuwahara 黒田 kuroda 熊谷 kumagai 岩田 iwata 馬場 baba 田口 taguchi
    中田 nakata 川上 kawakami 荒木 araki 大橋 ohashi 浅野 asano 北村 kitamura 南 minami
    東野 higashino 川村 kawamura 山中 yamanaka 内藤 naito 成田 narita 大川 okawa 安田 yasuda
    村山 murayama 小田 oda 大久保 okubo 三宅 miyake 星 hoshi 久保田 kubota 小池 koike
    辻 tsuji 荒井 arai 上村 uemura 松下 matsushita 片山 katayama 堀 hori 栗原 kurihara
"""
_GIVEN = """
    太郎 taro 次郎 jiro 三郎 saburo 一郎 ichiro 翔太 shota 大輔 daisuke 直樹 naoki 健 ken/takeshi
    健太 kenta 健一 kenichi 拓也 takuya 達也 tatsuya 和也 kazuya 哲也 tetsuya 誠 makoto 浩 hiroshi
    隆 takashi 博 hiroshi 修 osamu 勇 isamu 茂 shigeru 進 susumu 清 kiyoshi 勝 masaru 正 tadashi
    実 minoru 豊 yutaka 稔 minoru 剛 tsuyoshi 聡 satoshi 智 satoshi 亮 ryo 涼 ryo 蓮 ren 翼 tsubasa
    悠真 yuma 陽翔 haruto 湊 minato 颯 hayate/so 大翔 hiroto 翔 sho 海斗 kaito
    陸 riku 蒼 ao 樹 itsuki
    悠斗 yuto 優斗 yuto 拓海 takumi 匠 takumi 和夫 kazuo 正夫 masao 明 akira 昭 akira 晃 akira
    弘 hiroshi 裕 yutaka 孝 takashi 学 manabu 淳 jun 純 jun 潤 jun 雄一 yuichi 雄太 yuta 裕太 yuta
    花子 hanako 和子 kazuko 幸子 sachiko 恵子 keiko 洋子 yoko 陽子 yoko 京子 kyoko 久美子 kumiko
    由美子 yumiko 裕子 yuko/hiroko 優子 yuko 智子 tomoko 直子 naoko 順子 junko 純子 junko
    美智子 michiko 節子 setsuko 文子 fumiko 典子 noriko 明子 akiko 悦子 etsuko 真由美 mayumi
    由美 yumi 明美 akemi 恵美 emi 直美 naomi 久美 kumi 裕美 hiromi 美香 mika 美穂 miho 美咲 misaki
    恵 megumi 愛 ai 葵 aoi 凛 rin 結衣 yui 結菜 yuna 陽菜 hina 桜 sakura 美月 mizuki 彩 aya 綾 aya
    舞 mai 麻衣 mai 絵里 eri 彩香 ayaka 七海 nanami 美優 miyu 心 kokoro 杏 an 楓 kaede 千尋 chihiro
    真理子 mariko 里美 satomi 香織 kaori 沙織 saori 理恵 rie 麻美 asami 友美 tomomi 遥 haruka
"""
# In the middle or at the end of a last name a character may sound otherwise than in front.
_FIRST = """
    山 yama 川 kawa 河 kawa 田 ta 石 ishi 木 ki 森 mori 林 hayashi 高 taka 松 matsu 村 mura 小 ko
    大 o 中 naka 上 ue 下 shimo 西 nishi 東 higashi 北 kita 南 minami 藤 fuji 吉 yoshi 岡 oka
    竹 take 武 take 福 fuku 長 naga 永 naga 古 furu 新 ara 平 hira 原 hara 野 no 水 mizu 清 kiyo
    黒 kuro 白 shira 青 ao 赤 aka 金 kane 岩 iwa 島 shima 浜 hama 宮 miya 寺 tera 内 uchi 谷 tani
    杉 sugi 桜 sakura 梅 ume 菊 kiku 坂 saka 橋 hashi 前 mae 後 go 安 yasu 広 hiro 横 yoko 浅 asa
    深 fuka 稲 ina 米 yone 久 hisa 早 haya 荒 ara 今 ima 池 ike 沢 sawa 関 seki 堀 hori 星 hoshi
"""
_LAST = """
    山 yama 川 kawa 河 kawa 田 da 石 ishi 木 ki 森 mori 林 bayashi 松 matsu 村 mura 本 moto 野 no
    口 guchi 島 shima 原 hara 崎 saki 井 i 上 ue 下 shita 沢 zawa 澤 zawa 谷 tani 橋 hashi 坂 saka
    岡 oka 内 uchi 部 be 藤 to 子 ko 尾 o 浦 ura 塚 tsuka 中 naka 戸 to 津 tsu 瀬 se 江 e 池 ike
    宮 miya 寺 dera 岸 gishi 倉 kura 丸 maru 水 mizu 城 ki 平 hira 場 ba 根 ne 永 naga 地 chi
"""


def _table(text: str) -> dict[str, tuple[str, ...]]:
    parts = text.split()
    return {
        name: tuple(read.split("/")) for name, read in zip(parts[::2], parts[1::2], strict=True)
    }


_NAMES = _table(_GIVEN) | _table(_FAMILIES)
_FRONT, _REST = _table(_FIRST), _table(_LAST)


@lru_cache(maxsize=5_000)
def japanese(name: str) -> tuple[str, ...]:
    """The readings of one name in Latin letters, the likeliest first; () if unknown."""
    if name in _NAMES:
        return _NAMES[name]
    if not 1 <= len(name) <= 3 or name[0] not in _FRONT:
        return ()
    if not all(character in _REST for character in name[1:]):
        return ()
    return (_FRONT[name[0]][0] + "".join(_REST[character][0] for character in name[1:]),)
