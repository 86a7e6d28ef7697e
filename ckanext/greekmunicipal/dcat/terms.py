"""Names of RDF that this package writes, as constants: looking them up costs more than writing."""

from __future__ import annotations

from typing import TypeAlias

from rdflib import DCAT, DCTERMS, FOAF, ORG, RDF, RDFS, SKOS, XSD, Literal, Namespace, URIRef

Subject: TypeAlias = URIRef
Triple: TypeAlias = tuple[URIRef, URIRef, "URIRef | Literal"]

ADMS = Namespace("http://www.w3.org/ns/adms#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
DC11 = Namespace("http://purl.org/dc/elements/1.1/")
ELI = Namespace("http://data.europa.eu/eli/ontology#")
GEOSPARQL = Namespace("http://www.opengis.net/ont/geosparql#")
LOCN = Namespace("http://www.w3.org/ns/locn#")
SCHEMA = Namespace("http://schema.org/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")

# What a serialisation shortens names with.
PREFIXES = {
    "adms": ADMS,
    "dc11": DC11,
    "dcat": DCAT,
    "dcatap": DCATAP,
    "dct": DCTERMS,
    "eli": ELI,
    "foaf": FOAF,
    "gsp": GEOSPARQL,
    "locn": LOCN,
    "org": ORG,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "skos": SKOS,
    "spdx": SPDX,
    "vcard": VCARD,
    # rdflib's RDF/XML takes ``xml:lang`` from here.
    "xml": Namespace("http://www.w3.org/XML/1998/namespace"),
    "xsd": XSD,
}

# Types
A = RDF.type
AGENT = FOAF.Agent
CATALOG = DCAT.Catalog
CHECKSUM_NODE = SPDX.Checksum
CHECKSUM_ALGORITHM = SPDX.ChecksumAlgorithm
CONCEPT = SKOS.Concept
CONCEPT_SCHEME = SKOS.ConceptScheme
DATASET = DCAT.Dataset
DCAT_RESOURCE = DCAT.Resource
DISTRIBUTION = DCAT.Distribution
DOCUMENT = FOAF.Document
FREQUENCY = DCTERMS.Frequency
KIND = VCARD.Kind
LAW = ELI.LegalResource
LICENCE = DCTERMS.LicenseDocument
LINGUISTIC_SYSTEM = DCTERMS.LinguisticSystem
LOCATION = DCTERMS.Location
MEDIA_TYPE_CLASS = DCTERMS.MediaType
MEDIA_TYPE_OR_EXTENT = DCTERMS.MediaTypeOrExtent
PERIOD = DCTERMS.PeriodOfTime
PROVENANCE_STATEMENT = DCTERMS.ProvenanceStatement
RDFS_RESOURCE = RDFS.Resource
RECORD = DCAT.CatalogRecord
RIGHTS_STATEMENT = DCTERMS.RightsStatement
SERVICE = DCAT.DataService
STANDARD = DCTERMS.Standard

# Properties
ACCESS_RIGHTS = DCTERMS.accessRights
ACCESS_SERVICE = DCAT.accessService
ACCESS_URL = DCAT.accessURL
ACCRUAL_PERIODICITY = DCTERMS.accrualPeriodicity
ALGORITHM = SPDX.algorithm
AVAILABILITY = DCATAP.availability
BBOX = DCAT.bbox
BYTE_SIZE = DCAT.byteSize
CENTROID = DCAT.centroid
CHECKSUM = SPDX.checksum
CHECKSUM_VALUE = SPDX.checksumValue
CONFORMS_TO = DCTERMS.conformsTo
CONTACT_POINT = DCAT.contactPoint
CREATOR = DCTERMS.creator
DESCRIPTION = DCTERMS.description
DISTRIBUTES = DCAT.distribution
DOWNLOAD_URL = DCAT.downloadURL
EMAIL = VCARD.hasEmail
END_DATE = DCAT.endDate
ENDPOINT_DESCRIPTION = DCAT.endpointDescription
ENDPOINT_URL = DCAT.endpointURL
EXACT_MATCH = SKOS.exactMatch
FN = VCARD.fn
FORMAT = DCTERMS["format"]
FORMAT_NAME = DC11["format"]
GEOMETRY = LOCN.geometry
HAS_DATASET = DCAT.dataset
HAS_RECORD = DCAT.record
HAS_SERVICE = DCAT.service
HAS_URL = VCARD.hasURL
HOMEPAGE = FOAF.homepage
HVD_CATEGORY = DCATAP.hvdCategory
IDENTIFIER = DCTERMS.identifier
IN_SCHEME = SKOS.inScheme
IS_PART_OF = DCTERMS.isPartOf
ISSUED = DCTERMS.issued
KEYWORD = DCAT.keyword
LABEL = RDFS.label
LANDING_PAGE = DCAT.landingPage
LANGUAGE = DCTERMS.language
LEGISLATION = DCATAP.applicableLegislation
LICENSE = DCTERMS.license
MBOX = FOAF.mbox
MEDIA_TYPE = DCAT.mediaType
MODIFIED = DCTERMS.modified
NAME = FOAF.name
PAGE = FOAF.page
POSITION = SCHEMA.position
PREF_LABEL = SKOS.prefLabel
PRIMARY_TOPIC = FOAF.primaryTopic
PROVENANCE = DCTERMS.provenance
PUBLISHER = DCTERMS.publisher
RELATION = DCTERMS.relation
RIGHTS = DCTERMS.rights
SERVES_DATASET = DCAT.servesDataset
SOURCE = DCTERMS.source
SPATIAL = DCTERMS.spatial
START_DATE = DCAT.startDate
STATUS = ADMS.status
SUB_CLASS_OF = RDFS.subClassOf
SUB_ORGANIZATION_OF = ORG.subOrganizationOf
SUBJECT = DCTERMS.subject
TEMPORAL = DCTERMS.temporal
THEME = DCAT.theme
THEME_TAXONOMY = DCAT.themeTaxonomy
TITLE = DCTERMS.title
TYPE = DCTERMS.type
URL = SCHEMA.url
VERSION = DCAT.version

# Datatypes
DATE = XSD.date
DATE_TIME = XSD.dateTime
HEX_BINARY = XSD.hexBinary
INTEGER = XSD.integer
NON_NEGATIVE_INTEGER = XSD.nonNegativeInteger
WKT = GEOSPARQL.wktLiteral
YEAR = XSD.gYear
YEAR_MONTH = XSD.gYearMonth
