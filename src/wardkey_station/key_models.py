"""Models of keys by AAGUID, for a station without a portal: names that people know, and an icon.

The portal's list is longer and newer, and is asked first where there is one. Each AAGUID here was
compared with a public list, those of YubiKeys with two.

    model_of   the built-in name and icon of an AAGUID, or None
"""

from dataclasses import dataclass

USB, NFC, PHONE, FINGERPRINT, CARD, SIMULATED = (
    "key-usb",
    "key-usb-nfc",
    "key-usb-lightning",
    "key-fingerprint",
    "card",
    "simulated-key",
)


@dataclass(frozen=True)
class KeyModel:
    name: str
    icon: str | None


BUILT_IN = {
    "53494d55-4c41-5445-4420-4b4559203031": KeyModel("SIMULATED KEY", SIMULATED),
    "cb69481e-8ff7-4039-93ec-0a2729a154a8": KeyModel("YubiKey 5", USB),
    "ee882879-721c-4913-9775-3dfcce97072a": KeyModel("YubiKey 5", USB),
    "19083c3d-8383-4b18-bc03-8f1c9ab2fd1b": KeyModel("YubiKey 5", USB),
    "20ac7a17-c814-4833-93fe-539f0d5e3389": KeyModel("YubiKey 5, Enterprise", USB),
    "fa2b99dc-9e39-4257-8f92-4a30d23c4118": KeyModel("YubiKey 5 NFC", NFC),
    "2fc0579f-8113-47ea-b116-bb5a8db9202a": KeyModel("YubiKey 5 NFC", NFC),
    "a25342c0-3cdc-4414-8e46-f4807fca511c": KeyModel("YubiKey 5 NFC", NFC),
    "1ac71f64-468d-4fe0-bef1-0e5f2f551f18": KeyModel("YubiKey 5 NFC, Enterprise", NFC),
    "c5ef55ff-ad9a-4b9f-b580-adebafe026d0": KeyModel("YubiKey 5Ci", PHONE),
    "a02167b9-ae71-4ac7-9a07-06432ebb6f1c": KeyModel("YubiKey 5Ci", PHONE),
    "73bb0cd4-e502-49b8-9c6f-b59445bf720b": KeyModel("YubiKey 5 FIPS", USB),
    "c1f9a0bc-1dd2-404a-b27f-8e29047a43fd": KeyModel("YubiKey 5 NFC FIPS", NFC),
    "85203421-48f9-4355-9bc8-8a53846e5083": KeyModel("YubiKey 5Ci FIPS", PHONE),
    "d8522d9f-575b-4866-88a9-ba99fa02f35b": KeyModel("YubiKey Bio", FINGERPRINT),
    "dd86a2da-86a0-4cbe-b462-4bd31f57bc6f": KeyModel("YubiKey Bio", FINGERPRINT),
    "f8a011f3-8c0a-4d15-8006-17111f9edc7d": KeyModel("Security Key by Yubico", USB),
    "b92c3f9a-c014-4056-887f-140a2501163b": KeyModel("Security Key by Yubico", USB),
    "6d44ba9b-f6ec-2e49-b930-0c8fe920cb73": KeyModel("Security Key NFC by Yubico", NFC),
    "149a2021-8ef6-4133-96b8-81f8d5b7f1f5": KeyModel("Security Key NFC by Yubico", NFC),
    "a4e9fc6d-4cbe-4758-b8ba-37598bb5bbaa": KeyModel("Security Key NFC by Yubico", NFC),
    "e77e3c64-05e3-428b-8824-0cbeb04b829d": KeyModel("Security Key NFC by Yubico", NFC),
    "42b4fb4a-2866-43b2-9bf7-6c6669c2e5d3": KeyModel("Google Titan Security Key v2", NFC),
    "833b721a-ff5f-4d00-bb2e-bdda3ec01e29": KeyModel("Feitian ePass FIDO2", USB),
    "ee041bce-25e5-4cdb-8f86-897fd6418464": KeyModel("Feitian ePass FIDO2 NFC", NFC),
    "77010bd7-212a-4fc9-b236-d2ca5e9d4084": KeyModel("Feitian BioPass FIDO2", FINGERPRINT),
    "2c0df832-92de-4be1-8412-88a8f074df4a": KeyModel("Feitian FIDO Smart Card", CARD),
    "8876631b-d4a0-427f-5773-0ec71c9e0279": KeyModel("Solo", USB),
    "8976631b-d4a0-427f-5773-0ec71c9e0279": KeyModel("Solo Tap", NFC),
    "931327dd-c89b-406c-a81e-ed7058ef36c6": KeyModel("Swissbit iShield Key FIDO2", NFC),
    "692db549-7ae5-44d5-a1e5-dd20a493b723": KeyModel("HID Crescendo Key", NFC),
    "aeb6569c-f8fb-4950-ac60-24ca2bbe2e52": KeyModel("HID Crescendo C2300", CARD),
    "3b1adb99-0dfe-46fd-90b8-7f7614a4de2a": KeyModel("GoTrust Idem Key", NFC),
    "efb96b10-a9ee-4b6c-a4a9-d32125ccd4a4": KeyModel("SafeNet eToken FIDO", USB),
}


def model_of(aaguid: str) -> KeyModel | None:
    return BUILT_IN.get(aaguid)
