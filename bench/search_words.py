"""Words of invented datasets: what municipalities publish, in Greek and in English."""

from __future__ import annotations

# Greek title and English title.
SUBJECTS = (
    ("Προϋπολογισμός εσόδων και εξόδων", "Budget of revenue and expenditure"),
    ("Εκτέλεση προϋπολογισμού", "Budget execution"),
    ("Πληρωμές και εντάλματα", "Payments and warrants"),
    ("Απευθείας αναθέσεις", "Direct awards"),
    ("Διαγωνισμοί και διακηρύξεις", "Tenders and calls"),
    ("Αποφάσεις δημοτικού συμβουλίου", "Decisions of the municipal council"),
    ("Οργανόγραμμα υπηρεσιών", "Organisation chart"),
    ("Κενές οργανικές θέσεις", "Vacant posts"),
    ("Προσωπικό ανά κατηγορία", "Staff by category"),
    ("Δημόσιες διαβουλεύσεις", "Public consultations"),
    ("Αιτήματα και αναφορές βλαβών", "Requests and reports of faults"),
    ("Δρομολόγια αστικών λεωφορείων", "City bus timetables"),
    ("Χώροι στάθμευσης", "Parking places"),
    ("Μετρήσεις κυκλοφορίας οχημάτων", "Vehicle traffic counts"),
    ("Χρήσεις γης και όροι δόμησης", "Land use and building rules"),
    ("Ονοματολογία οδών και πλατειών", "Names of streets and squares"),
    ("Παιδικοί και βρεφονηπιακοί σταθμοί", "Nurseries and kindergartens"),
    ("Σχολικά κτίρια", "School buildings"),
    ("Αθλητικές εγκαταστάσεις", "Sports facilities"),
    ("Πρόοδος τεχνικών έργων", "Progress of works"),
    ("Οικοδομικές άδειες", "Building permits"),
    ("Πολιτιστικές εκδηλώσεις", "Cultural events"),
    ("Ποιότητα του αέρα", "Air quality"),
    ("Κατανάλωση νερού και ύδρευση", "Water consumption"),
    ("Συλλογή στερεών αποβλήτων", "Solid waste collection"),
    ("Κάδοι ανακύκλωσης", "Recycling bins"),
    ("Μητρώο δέντρων και πρασίνου", "Register of trees"),
    ("Δημοτικός φωτισμός", "Street lighting"),
    ("Ισολογισμοί και απολογισμοί", "Balance sheets"),
    ("Ευρετήριο συνόλων δεδομένων", "Inventory of datasets"),
)
NOTES = (
    "Τα στοιχεία ενημερώνονται κάθε μήνα από την αρμόδια διεύθυνση.",
    "Κάθε γραμμή περιέχει ημερομηνία, περιγραφή, ποσό και μονάδα μέτρησης.",
    "Περιλαμβάνονται όλες οι δημοτικές ενότητες και κοινότητες του δήμου.",
    "Οι συντεταγμένες δίνονται στο ελληνικό γεωδαιτικό σύστημα αναφοράς.",
    "Προέρχεται από το πληροφοριακό σύστημα της οικονομικής υπηρεσίας.",
    "Δεν περιλαμβάνονται προσωπικά δεδομένα φυσικών προσώπων.",
    "Οι τιμές είναι σωρευτικές από την αρχή του έτους και σε ευρώ.",
    "Για τη συλλογή χρησιμοποιήθηκαν αισθητήρες και επιτόπιες καταγραφές.",
    "Η κατάταξη ακολουθεί το λογιστικό σχέδιο των δήμων.",
    "Συμπληρώθηκε με δεδομένα της Ελληνικής Στατιστικής Αρχής.",
    "Διατίθεται για κάθε χρήση με αναφορά της πηγής.",
    "Παλαιότερα έτη προστίθενται μετά τον έλεγχο πληρότητας.",
)
ENGLISH = (
    "budget", "payments", "tenders", "council decisions", "bus timetable", "parking",
    "land use", "schools", "air quality", "water", "waste", "recycling", "street lighting",
)  # fmt: skip
