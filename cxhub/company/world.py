"""What every made-up company has: topics, queues, channels, segments, regions and products."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One reason customers have. `share` is of contacts, `in_surveys` of comments; both are weights."""

    key: str
    name: str
    department: str
    queue: str
    share: float
    in_surveys: float
    mood: float  # mean, -1 … 1
    stage: str
    lines: str = "mobile home prepaid"  # which customers can have it
    solved: float = 0.80
    minutes: float = 6.0  # of talk
    is_failure: bool = True


def _topic(key: str, name: str, department: str, queue: str, weights: str, mood: float, **more: Any) -> Topic:
    share, in_surveys = (float(weight) for weight in weights.split())
    return Topic(
        key=key,
        name=name,
        department=department,
        queue=queue,
        share=share,
        in_surveys=in_surveys,
        mood=mood,
        **more,  # the keywords of Topic; a wrong one stops the import
    )


BILLING, HOME, MOBILE = "Billing", "Home Network", "Mobile Network"
CONTRACTS, ORDERS, DEVICES = "Contracts", "Orders and Delivery", "Device Support"
ONLINE, RETENTION, BUSINESS = "App and Online", "Retention", "Business Desk"
QUEUES = (BILLING, HOME, MOBILE, CONTRACTS, ORDERS, DEVICES, ONLINE, RETENTION, BUSINESS)

TOPICS: tuple[Topic, ...] = (
    _topic("invoice_unclear", "Invoice hard to understand", "Finance", BILLING, "8.5 6.5", -0.25, stage="USE"),
    _topic("wrong_charge", "Wrong charge on the bill", "Finance", BILLING, "6.0 5.0", -0.50, stage="USE"),
    _topic("payment_failed", "Payment or direct debit failed", "Finance", BILLING, "3.5 2.0", -0.25, stage="USE"),
    _topic("refund_pending", "Refund not arrived", "Finance", BILLING, "3.0 2.5", -0.50, stage="USE"),
    _topic(
        "home_outage", "Home internet outage", "Network", HOME, "8.0 7.0", -0.55, stage="USE", lines="home", minutes=9.0
    ),
    _topic("slow_internet", "Home internet slow", "Network", HOME, "5.5 6.0", -0.45, stage="USE", lines="home"),
    _topic(
        "mobile_coverage", "Poor mobile coverage", "Network", MOBILE, "5.0 6.5", -0.40, stage="USE",
        lines="mobile prepaid", solved=0.70,
    ),
    _topic("dropped_calls", "Calls drop or bad sound", "Network", MOBILE, "2.5 2.5", -0.40, stage="USE"),
    _topic("tariff_change", "Change or upgrade tariff", "Sales", CONTRACTS, "5.5 3.5", 0.10, stage="RENEWAL",
           is_failure=False, solved=0.90),
    _topic("contract_renewal", "Contract renewal offer", "Sales", CONTRACTS, "3.5 3.0", 0.00, stage="RENEWAL",
           lines="mobile home", is_failure=False, solved=0.88),
    _topic("price_after_promotion", "Price after a promotion", "Marketing", CONTRACTS, "1.0 1.0", -0.30,
           stage="PURCHASE", solved=0.72),
    _topic("price_increase", "Price increase", "Product", CONTRACTS, "1.4 3.0", -0.60, stage="RENEWAL", solved=0.62),
    _topic("moving_house", "Moving house", "Operations", CONTRACTS, "2.5 1.6", -0.10, stage="USE", lines="home",
           is_failure=False),
    _topic("number_porting", "Keeping the phone number", "Operations", CONTRACTS, "2.0 1.5", -0.25,
           stage="ONBOARDING", lines="mobile prepaid"),
    _topic("cancellation", "Cancelling the contract", "Sales", RETENTION, "4.5 3.0", -0.40, stage="LEAVING",
           lines="mobile home"),
    _topic("router_late", "Router delivered late", "Logistics", ORDERS, "3.6 3.2", -0.55, stage="ONBOARDING",
           lines="home", solved=0.62),
    _topic("activation_wrong", "Line activated late or wrongly", "Logistics", ORDERS, "2.6 2.2", -0.50,
           stage="ONBOARDING", solved=0.62),
    _topic("sim_delivery", "SIM card not arrived", "Operations", ORDERS, "2.5 1.6", -0.30, stage="ONBOARDING",
           lines="mobile prepaid"),
    _topic("router_setup", "Setting up the router", "Product", DEVICES, "5.0 3.0", -0.20, stage="ONBOARDING",
           lines="home", minutes=11.0),
    _topic("device_defect", "Phone defective or in repair", "Product", DEVICES, "4.5 3.5", -0.40, stage="USE",
           lines="mobile prepaid", minutes=8.0),
    _topic("tv_box", "TV box does not work", "Product", DEVICES, "2.8 2.0", -0.35, stage="USE", lines="home",
           minutes=9.0),
    _topic("app_login", "App login fails", "Digital", ONLINE, "3.0 3.0", -0.30, stage="USE"),
    _topic("app_bug", "App crashes or shows wrong data", "Digital", ONLINE, "3.0 2.5", -0.35, stage="USE"),
    _topic("esim_activation", "eSIM activation fails", "Digital", ONLINE, "0.0 0.0", -0.60, stage="ONBOARDING",
           lines="mobile prepaid", solved=0.60),
    _topic("top_up", "Prepaid top-up", "Digital", ONLINE, "2.8 1.6", -0.15, stage="USE", lines="prepaid"),
    _topic("roaming_cost", "Roaming charges", "Product", MOBILE, "2.5 2.2", -0.55, stage="USE", lines="mobile prepaid"),
    _topic("roaming_off", "No service abroad", "Network", MOBILE, "1.8 1.2", -0.40, stage="USE",
           lines="mobile prepaid"),
    _topic("store_visit", "Store visit and prices there", "Retail", CONTRACTS, "1.5 1.5", -0.10, stage="PURCHASE"),
    _topic("hotline_wait", "Waiting time and being passed on", "Customer Service", CONTRACTS, "1.6 6.0", -0.55,
           stage="SUPPORT", solved=0.85),
    _topic("change_details", "Change of address or bank details", "Customer Service", BILLING, "3.5 1.0", 0.05,
           stage="USE", is_failure=False, solved=0.94, minutes=3.5),
    _topic("scam_calls", "Scam calls and phishing", "Security", CONTRACTS, "1.4 0.6", -0.30, stage="USE"),
    _topic("praise_agent", "Praise for an agent", "Customer Service", CONTRACTS, "1.0 10.0", 0.85, stage="SUPPORT",
           is_failure=False, solved=0.98, minutes=3.0),
    _topic("praise_network", "Happy with the network", "Network", CONTRACTS, "0.5 8.0", 0.80, stage="USE",
           is_failure=False, solved=0.98, minutes=3.0),
    _topic("idea", "Idea or wish", "Product", CONTRACTS, "1.0 2.5", 0.15, stage="USE", is_failure=False, solved=0.9),
)  # fmt: skip
TOPIC_KEYS = tuple(topic.key for topic in TOPICS)

CHANNELS = ("VOICE", "CHAT", "EMAIL", "WEB", "MESSAGING")
CHANNEL_SHARES = (0.44, 0.25, 0.19, 0.06, 0.06)

SEGMENTS = ("Consumer", "Premium", "Business", "Prepaid")
SEGMENT_SHARES = (0.50, 0.14, 0.14, 0.22)
REGIONS = ("Berlin", "Hamburg", "Bavaria", "Rhineland", "Hesse", "Saxony")
REGION_SHARES = (0.20, 0.12, 0.22, 0.22, 0.14, 0.10)
PRODUCTS = ("Mobile Flex", "Mobile Max", "Home Fiber 250", "Home DSL 100", "Prepaid Go", "Business Connect")
LINES = ("mobile", "mobile", "home", "home", "prepaid", "home")  # by product
PRODUCT_SHARES = {  # by segment, in the order of PRODUCTS
    "Consumer": (0.30, 0.12, 0.26, 0.32, 0.0, 0.0),
    "Premium": (0.10, 0.40, 0.42, 0.08, 0.0, 0.0),
    "Business": (0.15, 0.20, 0.15, 0.0, 0.0, 0.50),
    "Prepaid": (0.0, 0.0, 0.0, 0.0, 1.0, 0.0),
}
YEARLY_VALUE = {"Consumer": 420.0, "Premium": 960.0, "Business": 1900.0, "Prepaid": 120.0}
NPS_SHARES = {  # promoters, passives, detractors of all customers, answering or not
    "Consumer": (0.36, 0.38, 0.26),
    "Premium": (0.46, 0.36, 0.18),
    "Business": (0.34, 0.42, 0.24),
    "Prepaid": (0.32, 0.44, 0.24),
}
LANGUAGES = ("en", "de", "fr", "es", "it", "pl")
LANGUAGE_SHARES = (0.885, 0.080, 0.012, 0.009, 0.008, 0.006)
