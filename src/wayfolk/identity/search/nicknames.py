"""Names that are used for one another. Plain Python.

Expanded while searching, never while writing: "Bob" finds Robert and "Robert" finds Bob.
"""

from itertools import permutations

from wayfolk.identity.search import spelling

# A line: the full name, then what its bearers are called.
_GROUPS = """
    robert rob bob bobby robbie bert roberto
    william will bill billy willy liam wilhelm
    richard rick dick ricky richie rich
    james jim jimmy jamie
    john jack johnny
    jonathan jon jonny johnathan
    joseph joe joey jo
    thomas tom tommy tomas
    charles charlie chuck chas charly
    michael mike mick mickey micky mikey
    david dave davy
    daniel dan danny
    matthew matt matty mat
    anthony tony antony
    christopher chris kit topher
    steven stephen steve stefan stevie
    stephen steve stevie
    andrew andy drew
    kenneth ken kenny
    joshua josh
    timothy tim timmy
    edward ed ted eddie teddy ned eduard
    ronald ron ronnie
    jeffrey jeff geoffrey geoff
    jacob jake
    nicholas nick nicky nicolas nico
    benjamin ben benny benji
    samuel sam sammy
    gregory greg
    alexander alex sandy sascha sasha alec xander aleksandr aleksander alejandro alexandre
    raymond ray
    lawrence larry laurence lauren laurie
    gerald gerry jerry
    leonard leo len lenny
    frederick fred freddy freddie friedrich fritz frederic
    henry harry hank henri
    peter pete piet
    philip phil phillip
    patrick pat paddy
    donald don donnie
    douglas doug
    francis frank francois
    albert al bert
    arthur art
    walter walt wally
    harold hal harry
    eugene gene
    vincent vince vinnie
    theodore theo ted teddy
    zachary zach zack
    dominic dom
    maxwell max maximilian
    elizabeth elisabeth liz beth betty lizzie eliza bess lisa elsa libby elspeth
    margaret maggie peggy meg greta margarete margareta rita marge
    patricia pat patty trish tricia patsy
    jennifer jenny jen jenn
    barbara barb babs
    susan sue susie suzy susanne suzanne susanna
    katherine catherine kate kathy katie kathryn katharina kathleen kat kitty katharine
    catherine cathy kate katie cat kathryn
    kathleen kathy katie
    katharina kathi kati katrin kathrin
    deborah debbie deb debra
    rebecca becky becca
    kimberly kim
    michelle shelly michele
    michele mimi
    pamela pam
    samantha sam sammy
    christine christina chris tina chrissy christiane kristina kirsten
    christina tina chris
    stephanie steph steffi stefanie
    dorothy dot dolly dottie dorothea
    virginia ginny
    jessica jess jessie
    amanda mandy
    cynthia cindy
    rachel rach
    emily em emmy
    victoria vicky vicki tori viktoria
    alexandra alex sandra sasha alexa aleksandra
    aleksandra ola
    alejandro alex ale
    abigail abby gail
    judith judy
    joanne joanna jo
    joanna jo asia
    jacqueline jackie
    theresa teresa terry tess tessa
    teresa tere tess
    sandra sandy
    caroline carrie carol karoline
    charlotte lottie charlie lotte
    frances fran francesca franziska
    francesca franca fran
    franziska franzi
    gertrude trudy
    helen nell nellie helena
    isabel isabella bella izzy isabelle belle
    madeleine maddie madeline
    martha marta
    nancy ann
    natalie nat natalia natasha
    olivia liv livvy
    veronica ronnie vero
    anna ann anne annie anya anja anita annette
    eleanor ellie nora ella leonora
    sarah sara sally
    mary molly polly marie maria mia marion
    philippa pippa
    valerie val
    johannes johann hans hannes jan
    matthias matze matthew
    wolfgang wolf wolfi
    joachim achim jochen
    heinrich heinz heiner
    stefan steffen stephan
    ulrich uli
    sebastian basti seb
    florian flo
    tobias tobi
    georg schorsch
    ursula uschi ulla
    francisco paco pancho curro
    jose pepe
    dolores lola loli
    guadalupe lupe
    mercedes merche
    rafael rafa
    fernando nando
    ignacio nacho inaki
    concepcion concha conchita
    pilar pili
    rosario charo
    enrique quique kike
    jesus chus chuy
    manuel manolo manu
    eduardo edu lalo
    alberto beto
    guillermo memo guille
    giuseppe beppe pino peppe
    giovanni gianni nanni vanni
    luigi gigi
    salvatore turi totò salvo
    vincenzo enzo
    domenico mimmo
    francesco franco ciccio checco
    alessandro sandro ale
    antonio tonino toni
    lorenzo renzo
    hendrik henk rik
    cornelis kees cor
    johanna jo hanneke anneke
    wilhelmina mina willemijn
    petrus piet
    antonius ton toon
    gerardus gerard
    katarzyna kasia
    malgorzata gosia
    krzysztof krzysiek
    tomasz tomek
    piotr piotrek
    elzbieta ela
    agnieszka aga
    stanislaw staszek
    wojciech wojtek
    michal michalek
    jerzy jurek
    zofia zosia
    dmitri dima mitya
    sergei seryozha
    aleksei alyosha alexei
    mikhail misha
    ivan vanya
    nikolai kolya
    vladimir vova volodya
    ekaterina katya catherine
    anastasia nastya
    tatiana tanya
    yelena elena lena
    yevgeni evgeni zhenya
    natalia natasha
    georgios giorgos george yorgos
    ioannis yannis giannis
    konstantinos kostas dinos
    dimitrios dimitris mitsos
    nikolaos nikos
    panagiotis panos
    mehmet muhammed mohammed
"""


def _table() -> dict[str, dict[str, int]]:
    """Name -> other -> how close: 2 for the full name and its short forms, 1 between those."""
    others: dict[str, dict[str, int]] = {}
    for line in _GROUPS.strip().splitlines():
        group = [spelling.skeleton(part) for part in spelling.words(line)]
        for name, other in permutations(dict.fromkeys(group), 2):
            closeness = 2 if group[0] in {name, other} else 1
            known = others.setdefault(name, {})
            known[other] = max(closeness, known.get(other, 0))
    return others


_OTHERS = _table()


def others(skeleton: str) -> tuple[str, ...]:
    """The names (as skeletons) that this one may stand for, the closest first."""
    known = _OTHERS.get(skeleton, {})
    return tuple(sorted(known, key=lambda name: -known[name]))


def closeness(one: str, other: str) -> int:
    """0 for names that have nothing to do with one another."""
    return _OTHERS.get(one, {}).get(other, 0)
