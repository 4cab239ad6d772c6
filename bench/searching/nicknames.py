"""What people called something else are called: our own list, shorter than the engine's may be."""

_PAIRS = """
    Robert Bob Rob Bobby|William Bill Will Billy|Richard Dick Rick Richie|James Jim Jimmy
    |John Jack Johnny|Joseph Joe|Thomas Tom Tommy|Charles Charlie Chuck|Michael Mike Mick
    |David Dave|Daniel Dan Danny|Matthew Matt|Anthony Tony|Christopher Chris|Steven Steve
    |Stephen Steve|Andrew Andy Drew|Kenneth Ken|Joshua Josh|Timothy Tim|Edward Ed Ted Eddie
    |Ronald Ron|Jeffrey Jeff|Jacob Jake|Nicholas Nick|Jonathan Jon|Benjamin Ben|Samuel Sam
    |Gregory Greg|Alexander Alex Sandy|Raymond Ray|Elizabeth Liz Beth Betty Lizzie
    |Margaret Maggie Peggy
    |Patricia Pat Patty Trish|Jennifer Jenny Jen|Barbara Barb|Susan Sue Susie|Katherine Kate Kathy
    |Catherine Cathy Kate|Deborah Debbie Deb|Rebecca Becky|Kimberly Kim|Michelle Shelly|Pamela Pam
    |Samantha Sam|Christine Chris Tina|Stephanie Steph|Dorothy Dot Dolly|Virginia Ginny|Jessica Jess
    |Amanda Mandy|Cynthia Cindy|Kathleen Kathy|Rachel Rach|Emily Em
    |Johannes Hannes|Katharina Kathi|Matthias Matze|Wolfgang Wolf|Stefan Steffen|Michèle Mimi
    |Francisco Paco|Dolores Lola|Guadalupe Lupe|Mercedes Merche|Alejandro Alex
    |Rafael Rafa|Fernando Nando|Teresa Tere|Giuseppe Beppe Pino|Giovanni Gianni|Luigi Gigi
    |Salvatore Turi|Vincenzo Enzo|Domenico Mimmo|Francesco Franco|Alessandro Sandro|Francesca Franca
    |Hendrik Henk|Cornelis Kees|Johanna Jo|Wilhelmina Mina|Katarzyna Kasia|Małgorzata Gosia
    |Joanna Asia|Aleksandra Ola|Krzysztof Krzysiek|Tomasz Tomek|Piotr Piotrek|Elżbieta Ela
"""

NICKNAMES: dict[str, tuple[str, ...]] = {
    names[0]: tuple(names[1:]) for entry in _PAIRS.split("|") if (names := entry.split())
}
