"""What people write, and the values that it says; and what it does not say. The present is Wednesday, 6 May 2026."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.marks.figures import figures_of
from nodes.marks.says import Holding, Place, Setting, hold, is_harmless, says

NOW = datetime.fromisoformat("2026-05-06T10:00:00+02:00")

NUMBERS_SAID = [
    ("1,234.56", 1234.56),
    ("1234.56", 1234.56),
    ("1,234.6", 1234.56),
    ("about 1,200", 1234.56),
    ("just over 1,200", 1234.56),
    ("twenty-five", 25),
    ("a hundred and five", 105),
    ("two and a half million", 2500000),
    ("2.5 million", 2512000),
    ("2.5m", 2500000),
    ("250k", 250000),
    ("€250k", 250000),
    ("$1,299.00", 1299),
    ("1,299 dollars", 1299),
    ("£12.50", 12.5),
    ("12.50€", 12.5),
    ("US$ 45", 45),
    ("45 USD", 45),
    ("−5 °C", -5),
    ("-5°C", -5),
    ("minus five", -5),
    ("5 degrees below zero", -5),
    ("12%", 12),
    ("12 %", 0.12),
    ("12 percent", 0.12),
    ("12.5 per cent", 0.125),
    ("the 3rd", 3),
    ("third", 3),
    ("half", 0.5),
    ("three quarters", 0.75),
    ("3/4", 0.75),
    ("1½", 1.5),
    ("½ cup", 0.5),
    ("two thirds", 0.6667),
    ("1 1/2 cups", 1.5),
    ("6.02 × 10^23", 6.022e23),
    ("6.02e23", 6.022e23),
    ("6.02 x 10²³", 6.022e23),
    ("1.2 × 10⁻⁶", 1.2e-06),
    ("a dozen", 12),
    ("two dozen", 24),
    ("nineteen hundred", 1900),
    ("fifteen and a half", 15.5),
    ("15½", 15.5),
    ("4/5", 4),
    ("4.5 stars", 4.5),
    ("4.5/5", 4.5),
    ("#3", 3),
    ("No. 3", 3),
    ("x3", 3),
    ("3x", 3),
    ("3×", 3),
    ("twice", 2),
    ("once", 1),
    ("7-day", 7),
    ("7-night stay", 7),
    ("three-bedroom", 3),
    ("two-thirds", 0.6667),
    ("1.5k", 1500),
    ("3 mn", 3000000),
    ("$4.2bn", 4200000000),
    ("4.2 billion dollars", 4213000000),
    ("zero", 0),
    ("no", 0),
    ("none", 0),
    ("33.87°S", -33.8688),
    ("€1.50", 1.5),
    ("1.50 €", 1.5),
    ("EUR 1,500", 1500),
    ("1 500 €", 1500),
    ("Rs. 500", 500),
    ("¥1,200", 1200),
    ("50p", 50),
    ("$0.50", 0.5),
    ("-$45.20", -45.2),
    ("$-45.20", -45.2),
    ("($45.20)", -45.2),
    ("USD 1.2M", 1200000),
    ("10K", 10000),
    ("£3.4m", 3400000),
    ("0.5%", 0.005),
    ("half a percent", 0.5),
    ("five percent", 0.05),
    ("+3.2%", 3.2),
    ("down 3.2%", -3.2),
    ("−3.2 %", -0.032),
    ("100%", 1),
    ("zero percent", 0),
    ("99.9%", 0.999),
    ("10+", 10),
    ("~10", 10),
    ("≈ 10.2", 10.18),
    (">10", 10),
    ("10 or more", 10),
    ("up to 10", 10),
    ("at least ten", 10),
    ("no fewer than 10", 10),
    ("nearly 3,000", 2988),
    ("over half", 0.53),
    ("a third", 0.3333),
    ("two-fifths", 0.4),
    ("a hundred thousand", 100000),
    ("1.5 × 10⁻³", 0.0015),
    ("1.5e-3", 0.0015),
    ("1.5·10^3", 1500),
    ("10³", 1000),
    ("10^6", 1000000),
    ("3 thousand", 3000),
    ("12°", 12),
    ("minus twelve", -12),
    ("twelve below", -12),
]

NUMBERS_NOT_SAID = [
    ("1,235.56", 1234.56),
    ("1,234.5", 1234.56),
    ("about 1,300", 1234.56),
    ("just over 1,300", 1234.56),
    ("just under 1,200", 1234.56),
    ("twenty-six", 25),
    ("a hundred and six", 105),
    ("2.6 million", 2512000),
    ("250k", 260000),
    ("$1,299.00", 1298),
    ("12.51€", 12.5),
    ("-6°C", -5),
    ("13%", 12),
    ("13 %", 0.12),
    ("1.2%", 0.12),
    ("the 4th", 3),
    ("third", 4),
    ("three quarters", 0.5),
    ("3/4", 0.8),
    ("1½", 1.25),
    ("6.03 × 10^23", 6.022e23),
    ("6.02 × 10^22", 6.022e23),
    ("6.02e24", 6.022e23),
    ("a dozen", 13),
    ("2,701", 2688),
    ("15.6", 15.5),
    ("2.5m", 2600000),
    ("$4.3bn", 4200000000),
    ("€1.51", 1.5),
    ("1 501 €", 1500),
    ("$45.21", -45.2),
    ("USD 1.3M", 1200000),
    ("0.6%", 0.005),
    ("six percent", 0.05),
    ("3.3%", 3.2),
    ("90%", 0.999),
    ("nearly 3,000", 3012),
    ("a third", 0.25),
    ("10^7", 1000000),
    ("4 thousand", 3000),
]

UNITS_SAID = [
    ("5 miles", Place(8.05, name="distance_km")),
    ("8 km", Place(8.05, name="distance_km")),
    ("70 °F", Place(21.1, name="temperature_c")),
    ("70°F", Place(21.1, name="temperature_celsius")),
    ("21 °C", Place(21.1, name="temperature_c")),
    ("3 hours and 5 minutes", Place(185, name="duration_minutes")),
    ("3h 5m", Place(185, name="duration_min")),
    ("3:05", Place(185, name="duration_minutes")),
    ("3 hr 5 min", Place(11100, name="duration_seconds")),
    ("just over 3 hours", Place(185, name="minutes")),
    ("two weeks", Place(14, name="days")),
    ("90 minutes", Place(1.5, name="hours")),
    ("an hour and a half", Place(90, name="minutes")),
    ("half an hour", Place(30, name="minutes")),
    ("a quarter of an hour", Place(15, name="minutes")),
    ("1.5 hours", Place(90, name="minutes")),
    ("2 lb", Place(907, name="weight_g")),
    ("180 g", Place(0.18, name="weight_kg")),
    ("60 mph", Place(96.56, name="speed_kmh")),
    ("almost 5 hours", Place(4.9, name="hours")),
    ("a couple of days", Place(2, name="days")),
    ("6 feet", Place(1.83, name="height_m")),
    ("183 cm", Place(1.83, name="height_m")),
    ("1.8 m", Place(183, name="height_cm")),
    ("two litres", Place(2000, name="volume_ml")),
    ("500 ml", Place(0.5, name="volume_l")),
    ("3,000 m", Place(3, name="distance_km")),
    ("20 knots", Place(37.04, name="speed_kmh")),
    ("1 GB", Place(1, name="size_gb")),
    ("25 MB", Place(25, name="size_mb")),
    ("4 hrs", Place(240, name="minutes")),
    ("2 days and 3 hours", Place(51, name="hours")),
    ("1 h 30 min", Place(90, name="duration_min")),
    ("01:30:00", Place(5400, name="duration_s")),
    ("one and a half hours", Place(90, name="minutes")),
    ("forty-five minutes", Place(45, name="minutes")),
    ("a day and a half", Place(36, name="hours")),
    ("six months", Place(6, name="months")),
    ("12 degrees", Place(12, name="temp_c")),
    ("54 degrees Fahrenheit", Place(12, name="temp_c")),
]

UNITS_NOT_SAID = [
    ("6 miles", Place(8.05, name="distance_km")),
    ("9 km", Place(8.05, name="distance_km")),
    ("71 °F", Place(21.1, name="temperature_c")),
    ("3 hours and 6 minutes", Place(185, name="duration_minutes")),
    ("3h 15m", Place(185, name="duration_min")),
    ("3:06", Place(185, name="duration_minutes")),
    ("90 minutes", Place(1.6, name="hours")),
    ("1.5 hours", Place(95, name="minutes")),
    ("60 mph", Place(100, name="speed_kmh")),
    ("half an hour", Place(45, name="minutes")),
    ("an hour and a half", Place(80, name="minutes")),
    ("6 feet", Place(1.5, name="height_m")),
    ("184 cm", Place(1.83, name="height_m")),
    ("3 GB", Place(1, name="size_gb")),
    ("2 days and 4 hours", Place(51, name="hours")),
    ("1 h 40 min", Place(90, name="duration_min")),
    ("01:40:00", Place(5400, name="duration_s")),
    ("55 degrees Fahrenheit", Place(12, name="temp_c")),
]

DATES_SAID = [
    ("9 May", "2026-05-09"),
    ("May 9", "2026-05-09"),
    ("May 9th", "2026-05-09"),
    ("the 9th of May", "2026-05-09"),
    ("Saturday", "2026-05-09"),
    ("this Saturday", "2026-05-09"),
    ("Sat 9 May", "2026-05-09"),
    ("9/5/2026", "2026-05-09"),
    ("5/9/2026", "2026-05-09"),
    ("05/09/26", "2026-05-09"),
    ("2026-05-09", "2026-05-09"),
    ("the 9th", "2026-05-09"),
    ("tomorrow", "2026-05-07"),
    ("the day after tomorrow", "2026-05-08"),
    ("in three days", "2026-05-09"),
    ("3 days from now", "2026-05-09"),
    ("next Friday", "2026-05-15"),
    ("next Friday", "2026-05-08"),
    ("last Monday", "2026-05-04"),
    ("a week from today", "2026-05-13"),
    ("in a week", "2026-05-13"),
    ("a fortnight from now", "2026-05-20"),
    ("May 2026", "2026-05"),
    ("next month", "2026-06"),
    ("next month", "2026-06-15"),
    ("yesterday", "2026-05-05"),
    ("Tuesday, 3 March 2026", "2026-03-03"),
    ("3 Mar. 2026", "2026-03-03"),
    ("March the 3rd", "2026-03-03"),
    ("3rd March", "2026-03-03"),
    ("Sept 4", "2026-09-04"),
    ("9.5.2026", "2026-05-09"),
    ("the ninth of May", "2026-05-09"),
    ("May twenty-third", "2026-05-23"),
    ("9 May '26", "2026-05-09"),
    ("9-May-2026", "2026-05-09"),
    ("2026/05/09", "2026-05-09"),
    ("Saturday the 9th", "2026-05-09"),
    ("Sat, 9", "2026-05-09"),
    ("the 5th", "2026-05-05"),
    ("early May", "2026-05-03"),
    ("mid-May", "2026-05-15"),
    ("the end of May", "2026-05-31"),
    ("spring 2026", "2026-05-01"),
    ("2026", "2026-05-09"),
    ("in 2026", "2026-05-09"),
    ("10 days ago", "2026-04-26"),
    ("a month ago", "2026-04-06"),
    ("in six months", "2026-11-06"),
    ("a year from now", "2027-05-06"),
]

DATES_NOT_SAID = [
    ("10 May", "2026-05-09"),
    ("June 9", "2026-05-09"),
    ("Sunday", "2026-05-09"),
    ("Sunday, 9 May", "2026-05-09"),
    ("9 May 2025", "2026-05-09"),
    ("9/6/2026", "2026-05-09"),
    ("2026-05-08", "2026-05-09"),
    ("the 8th", "2026-05-09"),
    ("tomorrow", "2026-05-08"),
    ("today", "2026-05-07"),
    ("in three days", "2026-05-10"),
    ("next Friday", "2026-05-22"),
    ("last Monday", "2026-05-11"),
    ("in a week", "2026-05-14"),
    ("June 2026", "2026-05"),
    ("next month", "2026-07-15"),
    ("9 May", "2031-05-09"),
    ("the tenth of May", "2026-05-09"),
    ("9 May '25", "2026-05-09"),
    ("the 6th", "2026-05-05"),
    ("10 days ago", "2026-04-27"),
    ("a month ago", "2026-03-06"),
    ("2027", "2026-05-09"),
]

TIMES_SAID = [
    ("06:11", "06:11"),
    ("6:11 am", "06:11"),
    ("6.11am", "06:11"),
    ("6:11 a.m.", "06:11"),
    ("half past six", "06:30"),
    ("half past six", "18:30"),
    ("half past 6", "18:30"),
    ("half six", "06:30"),
    ("quarter to nine", "08:45"),
    ("a quarter past 9 in the evening", "21:15"),
    ("8 o'clock", "20:00"),
    ("eight at night", "20:00"),
    ("8 pm", "20:00"),
    ("8pm", "20:00:00"),
    ("noon", "12:00"),
    ("midnight", "00:00"),
    ("20:00", "20:00"),
    ("ten past five", "17:10"),
    ("twenty to six", "17:40"),
    ("twenty-five past 3", "15:25"),
    ("5 pm", "2026-05-09T17:00:00Z"),
    ("9 May at 5 pm", "2026-05-09T17:00:00Z"),
    ("7 pm (Berlin time)", Place("2026-05-09T17:00:00Z", zones=("Europe/Berlin",))),
    ("8 tonight", "2026-05-06T20:00"),
    ("eight tonight", "2026-05-06T20:00"),
    ("seven thirty", "07:30"),
    ("6 in the morning", "06:00"),
    ("16:30h", "16:30"),
    ("at 4.30 pm", "16:30"),
    ("4:30PM", "16:30"),
    ("4:30 P.M.", "16:30"),
    ("half four", "16:30"),
    ("12:30 am", "00:30"),
    ("12 am", "00:00"),
    ("12 noon", "12:00"),
    ("ten to five", "16:50"),
    ("5 past 3", "15:05"),
    ("9 a.m. sharp", "09:00"),
    ("09:00:30", "09:00:30"),
    ("at nine", "09:00"),
    ("around nine", "09:00"),
]

TIMES_NOT_SAID = [
    ("06:12", "06:11"),
    ("6:11 pm", "06:11"),
    ("half past six", "06:00"),
    ("half past six", "07:30"),
    ("quarter to nine", "09:45"),
    ("8 o'clock", "09:00"),
    ("8 pm", "08:00"),
    ("noon", "00:00"),
    ("midnight", "12:00"),
    ("20:01", "20:00"),
    ("ten past five", "17:20"),
    ("twenty to six", "17:20"),
    ("eight tonight", "2026-05-06T08:00"),
    ("eight in the morning", "20:00"),
    ("5 pm UTC", "2026-05-09T16:00:00Z"),
    ("6 pm (UTC+01:00)", "2026-05-09T18:00:00Z"),
    ("8 pm", Place("2026-05-09T17:00:00Z", zones=("Europe/Berlin",))),
    ("seven thirty", "07:13"),
    ("14h31", "14:30"),
    ("12 am", "12:00"),
    ("4:31PM", "16:30"),
    ("ten to five", "17:10"),
    ("5 past 3", "15:50"),
    ("at nine", "10:00"),
]

SEVERAL_SAID = [
    ("3–5 days", (3, 5)),
    ("between 10 and 20", (10, 20)),
    ("from 3 to 5", (3, 5)),
    ("3-5 days", (3, 5)),
    ("15–17 July", ("2026-07-15", "2026-07-17")),
    ("July 15-17", ("2026-07-15", "2026-07-17")),
    ("8 to 10 pm", ("20:00", "22:00")),
    ("8–10 pm", ("20:00", "22:00")),
    ("from 9 to 5", ("09:00", "17:00")),
    ("9am-5pm", ("09:00", "17:00")),
    ("10 or 20", (10, 20)),
    ("9:30 to 11:15", ("09:30", "11:15")),
    ("$10-$20", (10, 20)),
    ("-5 to 3 °C", (-5, 3)),
    ("−5 to −2", (-5, -2)),
    ("12 by 8 metres", (12, 8)),
    ("12×8", (12, 8)),
    ("12 x 8", (12, 8)),
    ("1,000–1,500", (1000, 1500)),
    ("48.86, 2.35", (48.8566, 2.3522)),
    ("2 May to 4 June", ("2026-05-02", "2026-06-04")),
    ("3 of 10", (3, 10)),
    ("10k–12k", (10000, 12000)),
    ("48.86°N, 2.35°E", (48.8566, 2.3522)),
    ("on the 1st and 15th", ("2026-05-01", "2026-05-15")),
    ("1st–3rd June", ("2026-06-01", "2026-06-03")),
    ("from the 1st to the 3rd of June", ("2026-06-01", "2026-06-03")),
    ("June 1–3, 2026", ("2026-06-01", "2026-06-03")),
    ("Mon–Fri", ("Monday", "Friday")),
    ("Mon 4 to Wed 6 May", ("2026-05-04", "2026-05-06")),
    ("one in three", (1, 3)),
    ("two out of three", (2, 3)),
    ("3 : 2", (3, 2)),
    ("3:2", (3, 2)),
    ("won 3-2", (3, 2)),
    ("3–2", (3, 2)),
    ("2x4", (2, 4)),
    ("1920×1080", (1920, 1080)),
    ("5'11\"", (5, 11)),
    ("5 ft 11 in", (5, 11)),
    ("52.52° N, 13.40° E", (52.52, 13.405)),
    ("52.5200, 13.4050", (52.52, 13.405)),
]

SEVERAL_NOT_SAID = [
    ("3–6 days", (3, 5)),
    ("between 10 and 30", (10, 20)),
    ("3-6 days", (3, 5)),
    ("15–18 July", ("2026-07-15", "2026-07-17")),
    ("8–11 pm", ("20:00", "22:00")),
    ("8 to 10 am", ("20:00", "22:00")),
    ("$10-$21", (10, 20)),
    ("12×9", (12, 8)),
    ("1,000–1,600", (1000, 1500)),
    ("48.86, 2.36", (48.8566, 2.3522)),
    ("2 May to 5 June", ("2026-05-02", "2026-06-04")),
    ("9 to 6", ("09:00", "17:00")),
    ("on the 1st and 16th", ("2026-05-01", "2026-05-15")),
    ("June 1–4, 2026", ("2026-06-01", "2026-06-03")),
    ("Mon–Thu", ("Monday", "Friday")),
    ("two out of four", (2, 3)),
    ("3:3", (3, 2)),
    ("1920×1081", (1920, 1080)),
    ("52.53° N, 13.40° E", (52.52, 13.405)),
]

TEXTS_SAID = [
    ("rear left", "rear_left"),
    ("Rear-Left", "rear_left"),
    ("miles", "mi"),
    ("km/h", "kmh"),
    ("Ljubljana", "Europe/Ljubljana"),
    ("euros", "EUR"),
    ("Germany", "DE"),
    ("German", "de"),
    ("London Heathrow", "London Heathrow Airport"),
    ("São Paulo", "Sao Paulo"),
    ("Sao Paulo", "São Paulo"),
    ("the café", "cafe"),
    ("table 12", "table 12"),
    ("version 2.1", "2.1"),
    ("flight LH 123", "LH123"),
    ("BA2490", "BA 2490"),
    ("room 12B", "12B"),
    ("東京", "東京"),
    ("Tokyo (東京)", "東京"),
    ("naïve", "naïve"),
    ("été", "été"),
    ("😀", "😀"),
    ("مرحبا", "مرحبا"),
    ("order #A-1009", "A-1009"),
    ("12 Main Street", "12 Main St"),
    ("10115 Berlin", "10115 Berlin"),
    ("Mondays", "Monday"),
    ("90 minutes", "PT1H30M"),
    ("an hour and a half", "PT1H30M"),
    ("three days", "P3D"),
    ("Gate B12", "B12"),
    ("seat 14C", "14C"),
    ("ISBN 978-3-16-148410-0", "978-3-16-148410-0"),
    ("+49 30 123456", "+49 30 123456"),
    ("https://example.org/a?b=1", "https://example.org/a?b=1"),
    ("anna@example.org", "anna@example.org"),
    ("`rear_left`", "rear_left"),
    ("**Bergen**", "Bergen"),
    ('"Bergen"', "Bergen"),
    ("Bergen's", "Bergen"),
    ("the Louvre", "Musée du Louvre"),
    ("Dr. Smith", "Dr. Anna Smith"),
    ("C++", "C++"),
    ("C#", "C#"),
    ("AT&T", "AT&T"),
    ("3M", "3M"),
    ("Boeing 737-800", "Boeing 737-800"),
    ("iPhone 15", "iPhone 15"),
    ("No. 10 Downing Street", "10 Downing Street"),
    ("192.168.0.1", "192.168.0.1"),
    ("#ff0000", "#ff0000"),
]

TEXTS_NOT_SAID = [
    ("12.3.1", "12.3"),
    ("kilometres", "mi"),
    ("Zagreb", "Europe/Ljubljana"),
    ("Hotel Ibis", "Hotel Adlon"),
    ("Bern", "Bergen"),
    ("flight LH 124", "LH123"),
    ("room 13B", "12B"),
    ("table 13", "table 12"),
    ("version 2.2", "2.1"),
    ("order #A-1010", "A-1009"),
    ("4471-AX", "4471-BQ"),
    ("4471-AX", "4471-AXx"),
    ("90,1.499 AU$", "1.499,90 AU$"),
    ("13 Main Street", "12 Main St"),
    ("Paris", "London"),
    ("Anna", "Hannah"),
    ("10117 Berlin", "10115 Berlin"),
    ("100 minutes", "PT1H30M"),
    ("four days", "P3D"),
    ("Gate B13", "B12"),
    ("seat 15C", "14C"),
    ("ISBN 978-3-16-148411-0", "978-3-16-148410-0"),
    ("+49 30 123457", "+49 30 123456"),
    ("Dr. Jones", "Dr. Anna Smith"),
    ("Boeing 737-900", "Boeing 737-800"),
    ("192.168.0.2", "192.168.0.1"),
    ("v1.2.4", "1.2.3"),
    ("#ff0001", "#ff0000"),
    ("anna@example.com", "anna@example.org"),
]

LOCALES_SAID = [
    ("de", "1.234,56 €", 1234.56),
    ("de", "1.234,56", 1234.56),
    ("de", "1234,56", 1234.56),
    ("de", "3. Mai 2026", "2026-05-03"),
    ("de", "3. Mai", "2026-05-03"),
    ("de", "03.05.2026", "2026-05-03"),
    ("de", "3.5.2026", "2026-05-03"),
    ("de", "Sonntag, 3. Mai", "2026-05-03"),
    ("de", "14:30 Uhr", "14:30"),
    ("de", "14.30 Uhr", "14:30"),
    ("de", "14 Uhr", "14:00"),
    ("de", "12,5 %", 12.5),
    ("de", "12,5 Prozent", 12.5),
    ("de", "-3,5 °C", -3.5),
    ("de", "2 Millionen", 2000000),
    ("de", "1,2 Mio.", 1200000),
    ("de", "am 3.5.", "2026-05-03"),
    ("de", "3 km", 3),
    ("fr", "14h30", "14:30"),
    ("fr", "14 h 30", "14:30"),
    ("fr", "14h", "14:00"),
    ("fr", "3 mai 2026", "2026-05-03"),
    ("fr", "le 1er mai", "2026-05-01"),
    ("fr", "1 234,56 €", 1234.56),
    ("fr", "1\u202f234,56 €", 1234.56),
    ("fr", "12,5 %", 12.5),
    ("fr", "dimanche 3 mai", "2026-05-03"),
    ("fr", "03/05/2026", "2026-05-03"),
    ("fr", "18 °C", 18),
    ("es", "3 de mayo de 2026", "2026-05-03"),
    ("es", "1.234,56 €", 1234.56),
    ("es", "14:30", "14:30"),
    ("es", "domingo, 3 de mayo", "2026-05-03"),
    ("es", "el 3 de mayo", "2026-05-03"),
    ("es", "12,5%", 12.5),
    ("es", "3/5/2026", "2026-05-03"),
    ("es", "2,5 millones", 2500000),
    ("en_GB", "3/5/2026", "2026-05-03"),
    ("en_GB", "£1,234", 1234),
    ("de", "3–5 Tage", (3, 5)),
    ("de", "10,5 bis 12,5", (10.5, 12.5)),
    ("de", "Mittwoch, den 6. Mai", "2026-05-06"),
    ("de", "6.5.", "2026-05-06"),
    ("de", "1.500", 1500),
    ("de", "1'500", 1500),
    ("de", "3,50 Euro", 3.5),
    ("de", "20 %", 0.2),
    ("de", "16:30 Uhr", "16:30"),
    ("de", "8-10 Uhr", ("08:00", "10:00")),
    ("de", "1,5 km", Place(1.5, name="distance_km")),
    ("de_CH", "1’234.50", 1234.5),
    ("de_CH", "CHF 12.50", 12.5),
    ("it", "3 maggio 2026", "2026-05-03"),
    ("it", "1.234,56", 1234.56),
    ("pt_BR", "3 de maio de 2026", "2026-05-03"),
    ("pt_BR", "R$ 1.234,56", 1234.56),
    ("pt_BR", "14h30", "14:30"),
    ("nl", "3 mei 2026", "2026-05-03"),
    ("nl", "€ 1.234,56", 1234.56),
    ("sv", "3 maj 2026", "2026-05-03"),
    ("sv", "1 234,56 kr", 1234.56),
    ("fr", "mercredi 6 mai à 14h", "2026-05-06T14:00"),
    ("fr", "3,5 millions", 3500000),
    ("fr", "1er mai 2026", "2026-05-01"),
    ("en_IN", "1,23,456", 123456),
    ("ja", "2026年5月3日", "2026-05-03"),
    ("ja", "14:30", "14:30"),
    ("ja", "12個", 12),
]

LOCALES_NOT_SAID = [
    ("de", "1.235,56 €", 1234.56),
    ("de", "1,234", 1234),
    ("de", "4. Mai 2026", "2026-05-03"),
    ("de", "05.03.2026", "2026-05-03"),
    ("de", "14.31 Uhr", "14:30"),
    ("de", "15 Uhr", "14:00"),
    ("de", "12,6 %", 12.5),
    ("de", "3,5", 35),
    ("de", "3 Millionen", 2000000),
    ("de", "1.234", 1.234),
    ("fr", "14h31", "14:30"),
    ("fr", "15h", "14:00"),
    ("fr", "4 mai 2026", "2026-05-03"),
    ("fr", "1 235,56 €", 1234.56),
    ("fr", "05/03/2026", "2026-05-03"),
    ("fr", "12,6 %", 12.5),
    ("es", "4 de mayo de 2026", "2026-05-03"),
    ("es", "3 de junio", "2026-05-03"),
    ("es", "1.235,56 €", 1234.56),
    ("es", "2,6 millones", 2500000),
    ("de", "7.5.", "2026-05-06"),
    ("de", "1.501", 1500),
    ("de", "3,51 Euro", 3.5),
    ("de", "8-11 Uhr", ("08:00", "10:00")),
    ("de_CH", "1’235.50", 1234.5),
    ("it", "4 maggio 2026", "2026-05-03"),
    ("pt_BR", "14h31", "14:30"),
    ("nl", "€ 1.235,56", 1234.56),
    ("en_IN", "1,23,457", 123456),
    ("ja", "2026年5月4日", "2026-05-03"),
    ("ja", "13個", 12),
    ("fr", "mercredi 7 mai", "2026-05-06"),
    ("fr", "4,5 millions", 3500000),
]

SAID = [*NUMBERS_SAID, *UNITS_SAID, *DATES_SAID, *TIMES_SAID, *SEVERAL_SAID, *TEXTS_SAID]
NOT_SAID = [*NUMBERS_NOT_SAID, *UNITS_NOT_SAID, *DATES_NOT_SAID, *TIMES_NOT_SAID, *SEVERAL_NOT_SAID, *TEXTS_NOT_SAID]


def places(values: Any) -> list[Place]:
    each = values if isinstance(values, tuple) and not isinstance(values, Place) else (values,)
    return [value if isinstance(value, Place) else Place(value) for value in each]


@pytest.mark.parametrize(("words", "values"), SAID)
def test_words_say_values(words: str, values: Any) -> None:
    assert hold(words, places(values), Setting("en", NOW), opening=True) == ("", False)


@pytest.mark.parametrize(("words", "values"), NOT_SAID)
def test_other_words_do_not(words: str, values: Any) -> None:
    assert hold(words, places(values), Setting("en", NOW)).problem


@pytest.mark.parametrize(("locale", "words", "values"), LOCALES_SAID)
def test_words_of_other_locales_say_values(locale: str, words: str, values: Any) -> None:
    assert hold(words, places(values), Setting(locale, NOW), opening=True) == ("", False)


@pytest.mark.parametrize(("locale", "words", "values"), LOCALES_NOT_SAID)
def test_other_words_of_other_locales_do_not(locale: str, words: str, values: Any) -> None:
    assert hold(words, places(values), Setting(locale, NOW)).problem


LISTS = [
    ("TBS, KUT and BUS", ["TBS", "KUT", "BUS"], "said"),
    ("TBS and 2 more", ["TBS", "KUT", "BUS"], "said"),
    ("TBS among others", ["TBS", "KUT", "BUS"], "said"),
    ("three airports", ["TBS", "KUT", "BUS"], "said"),
    ("TBS and KUT", ["TBS", "KUT", "BUS"], "no"),
    ("TBS and 3 more", ["TBS", "KUT", "BUS"], "no"),
    ("four airports", ["TBS", "KUT", "BUS"], "could"),  # the figure is what does not hold
    ("no airports", [], "could"),
    ("Anna and Ben", [{"name": "Anna", "age": 3}, {"name": "Ben", "age": 5}], "said"),
    ("Anna", [{"name": "Anna", "age": 3}, {"name": "Ben", "age": 5}], "no"),
]


@pytest.mark.parametrize(("words", "members", "verdict"), LISTS)
def test_lists_are_told_whole_or_as_a_part(words: str, members: list[Any], verdict: str) -> None:
    assert says(words, Place(members)).verdict == verdict


def test_a_figure_that_no_place_says_is_the_problem() -> None:
    assert hold("four airports", [Place(["TBS", "KUT", "BUS"])]).problem == "four"
    assert hold("12 °C and 80 %", [Place(12)]).problem == "80 %"
    assert hold("12 °C and 80 %", [Place(12), Place(80)]) == ("", False)


def test_figures_of_the_members_own_name_and_denominators_are_let_be() -> None:
    assert hold("the 5-day average of 227.11", [Place(227.11, name="MA(5)")]) == ("", False)
    assert hold("the 20-day average of 227.11", [Place(227.11, name="MA(5)")]).problem == "20"
    assert hold("6.73 litres per 100 km", [Place(6.73)]) == ("", False)
    assert hold("pasta 100 g", [Place(6.73)]).problem
    assert hold("4 out of 5", [Place(4, {"maximum": 5})]) == ("", False)
    assert hold("4 out of 6", [Place(4, {"maximum": 5})]).problem == "6"


PARAPHRASES = [
    ("with breakfast", Place(True)),
    ("it is still open", Place(False)),
    ("your dentist", Place("appointment with Dr Okafor at the clinic")),
    ("by the glass", Place("window", siblings=("front",))),
]
NO_PARAPHRASES = [
    ("with breakfast at 8", Place(True)),  # holds a figure
    ("Marie", Place("dentist")),  # a name that the value does not have
    ("the front one", Place("window", siblings=("front",))),  # says a member beside it
    ("order A-1010", Place("A-1009")),
    ("in kilometres", Place("mi")),  # another unit of the kind
]


@pytest.mark.parametrize(("words", "place"), PARAPHRASES)
def test_other_wordings_could_hold(words: str, place: Place) -> None:
    assert hold(words, [place], opening=True) == ("", True)


@pytest.mark.parametrize(("words", "place"), NO_PARAPHRASES)
def test_other_wordings_hold_no_figures_names_or_members_beside(words: str, place: Place) -> None:
    assert hold(words, [place]).problem


def test_titles_say_their_values() -> None:
    schema = {"oneOf": [{"const": 1, "title": "everyday"}, {"const": 2, "title": "at sea"}]}
    assert says("at sea", Place(2, schema)).verdict == "said"
    assert says("at sea", Place(1, schema)).verdict == "no"


numbers = st.one_of(
    st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9, allow_nan=False).map(lambda value: round(value, 3))
)


@given(numbers)
def test_a_number_is_said_as_it_is_written(value: float) -> None:
    words = f"{value:f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    assert says(words, Place(value)).verdict == "said"
    grouped = f"{value:,}" if isinstance(value, int) else words
    assert hold(grouped, [Place(value)]) == ("", False)


@given(st.integers(10, 10**9), st.data())
def test_a_changed_digit_is_never_said(value: int, data: st.DataObject) -> None:
    digits = str(value)
    at = data.draw(st.integers(0, len(digits) - 1))
    other = data.draw(st.sampled_from([digit for digit in "123456789" if digit != digits[at]]))
    assert hold(digits[:at] + other + digits[at + 1 :], [Place(value)]).problem


@given(st.dates(min_value=datetime(1990, 1, 1).date(), max_value=datetime(2090, 1, 1).date()), st.integers(1, 27))
def test_another_day_is_never_said(day: Any, apart: int) -> None:
    months = "January February March April May June July August September October November December".split()
    other = day.replace(day=(day.day - 1 + apart) % 28 + 1)
    written = f"{day.day} {months[day.month - 1]} {day.year}"
    assert hold(written, [Place(day.isoformat())]) == ("", False)
    if other != day:
        assert hold(written, [Place(other.isoformat())]).problem


@given(st.times())
def test_a_time_is_said_in_both_clocks(time: Any) -> None:
    time = time.replace(second=0, microsecond=0)
    for written in (f"{time:%H:%M}", f"{time:%I:%M %p}".lower().lstrip("0")):
        assert hold(written, [Place(f"{time:%H:%M}")]) == ("", False)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.text(max_size=60), anything, st.sampled_from(["en", "de", "fr", "ja", "ar", "xx", ""]))
def test_any_words_and_value_get_an_answer(words: str, value: Any, locale: str) -> None:
    holding = hold(words, [Place(value)], Setting(locale, NOW))
    assert holding.problem in (words, *(words[each.start : each.end] for each in figures_of(words, locale)), "")


def test_a_bare_one_and_denominators_are_harmless() -> None:
    def harmless(text: str) -> list[bool]:
        return [is_harmless(figure, text) for figure in figures_of(text)]

    assert harmless("1 euro") == [True]
    assert harmless("1% of it") == [False]
    assert harmless("litres per 100 km") == [True]
    assert harmless("100 km") == [False]
    assert harmless("the first of them") == [True]


def test_a_figure_of_a_title_is_said_by_the_title() -> None:
    period = Place(24, {"oneOf": [{"const": 12, "title": "a year"}, {"const": 24, "title": "two years"}]}, "period")
    assert hold("over the two years", [period]) == Holding("")
    assert hold("over the three years", [period]).problem == "three"


def test_nought_and_one_may_be_worded_but_not_by_a_name_or_a_figure() -> None:
    assert hold("the same day", [Place(0, name="days_later")]) == Holding("", paraphrase=True)
    assert hold("for free", [Place(0.0, name="fee")]) == Holding("", paraphrase=True)
    assert hold("to Lisbon", [Place(0)]).problem
    assert hold("two days later", [Place(0)]).problem == "two"
    assert hold("its only comment", [Place(1, name="comments")]) == Holding("", paraphrase=True)
    assert hold("the same day", [Place(2, name="days_later")]).problem


LITRES = {"description": "Volume in litres."}
CITIES = Place(["Ankara", "Izmir", "Adana"], is_each=True)
CODE = Place("DUB", documents=({"iata": "DUB", "city": "Dublin"}, {"iata": "LHR", "city": "London"}))
KINDS_SAID = [
    ("5.2 gallons", Place(19.68, name="amount", siblings=("L", "litres"))),
    ("19.68 litres", Place(19.68, LITRES, "amount")),
    ("40.34bn", Place(40.34e9)),
    ("10:01 in the evening", Place("22:01")),
    ("EUR5512", Place(5512)),
    ("٣٤", Place(34)),
    ("75 %", Place(0.75, name="ratio")),
    ("just after 4 am", Place("04:03")),
    ("nearly 5 pm", Place("16:52")),
    ("365,000 km", Place(365043)),
    ("about a fifth", Place(20.9, name="share_percent")),
    ("Ankara and two others", CITIES),
    ("between 12 and 17", Place([12, 14, 17], is_each=True)),
    ("UTC+1", Place("+01:00")),
    ("UTC+2", Place("Europe/Berlin")),
    ("UTC+1", Place(1, name="utc_offset_hours")),
    ("12 pesos", Place(12, name="price", siblings=("MXN",))),
    ("an hour and a quarter", Place(1.25, name="hours")),
    ("five and three quarter hours", Place(5.77, name="shortest_hours")),
    ("an hour and 30 minutes", Place(1.5, name="hours")),
    ("about three hours and 20 minutes", Place(3.38, name="hours")),
    ("UK time", Place("Europe/London")),
    ("Dublin", CODE),
]
KINDS_NOT_SAID = [
    ("19.68 gallons", Place(19.68, name="litres")),
    ("19.68 gallons", Place(19.68, LITRES, "amount")),
    ("19.68 gallons", Place(19.68, name="amount", siblings=("litres",))),
    ("60 mph", Place(60, name="speed_kmh")),
    ("40.34bn", Place(40.34)),
    ("10:01 in the evening", Place("10:01")),
    ("EUR5512", Place(5513)),
    ("٣٥", Place(34)),
    ("0.75 %", Place(0.75, name="ratio")),
    ("12%", Place(0.12, name="humidity_percent")),
    ("just after 5 pm", Place("16:58")),
    ("about 5 pm", Place("16:30")),
    ("2,700", Place(2688)),
    ("Ankara and three others", CITIES),
    ("UTC+2", Place("+01:00")),
    ("12 dollars", Place(12, name="price", siblings=("MXN",))),
    ("€12", Place(12, name="price_usd")),
    ("One", Place(1.25)),
    ("London", CODE),
]


@pytest.mark.parametrize(("words", "place"), KINDS_SAID)
def test_units_zones_and_parts_are_said(words: str, place: Place) -> None:
    assert hold(words, [place], Setting("en", NOW)) == Holding("")


@pytest.mark.parametrize(("words", "place"), KINDS_NOT_SAID)
def test_other_units_zones_and_parts_are_not(words: str, place: Place) -> None:
    assert hold(words, [place], Setting("en", NOW)).problem


def test_names_are_no_paraphrase_where_capitals_make_names() -> None:
    assert hold("chez Marie", [Place("le dentiste")], Setting("fr", NOW)).problem
    assert hold("beim Arzt", [Place("der Zahnarzt")], Setting("de", NOW)) == Holding("", paraphrase=True)


def test_all_of_it_and_directions_may_be_worded_and_an_unknown_code_called() -> None:
    for words, place in (
        ("fully lit", Place(100.0, name="illuminated_percent")),
        ("just south of due west", Place(258.6, name="azimuth_degrees")),
        ("Dublin", Place("DUB", documents=({},))),
    ):
        assert hold(words, [place]) == Holding("", paraphrase=True)
