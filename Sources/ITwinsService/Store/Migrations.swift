import GRDB

/// The steps that bring a database to the newest schema. A step that was released is never changed: a new one is added.
enum Migrations {
    /// Marks a database as one of this service ("TwSc"), so that another program's is never touched.
    static let applicationID = 0x5477_5363

    /// The newest schema's number, which is how many steps there are.
    static var newestVersion: Int { steps.count }

    /// Performs the steps after a version, inside the caller's transaction.
    ///
    /// - Parameter target: the version to end at; the default is the newest.
    static func run(_ db: Database, after version: Int, upTo target: Int = newestVersion) throws {
        for step in steps[version..<target] {
            try db.execute(sql: step)
        }
        // Pragmas take no arguments; both are numbers of this file.
        try db.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(target)")
    }

    private static let steps = [
        firstSchema, filesInPieces, imagesAndResources, memberships, signIns, sortedNames, sortedNumbers,
    ]

    /// What names are sorted by: `DictionaryOrder` is too slow to be asked for every name of every list. Whoever changes that
    /// order adds a step that makes the keys again. The index has what lists are chosen by.
    private static let sortedNames = """
        ALTER TABLE iTwin ADD COLUMN displayNameKey BLOB NOT NULL DEFAULT x'';
        -- A name that a disk damaged has no key.
        UPDATE iTwin SET displayNameKey = coalesce(dictionaryKey(displayName), x'');
        CREATE INDEX iTwinByNameKey ON iTwin(displayNameKey, id, status, subClass, isAdministrators);
        """

    /// The same for numbers.
    private static let sortedNumbers = """
        ALTER TABLE iTwin ADD COLUMN numberKey BLOB NOT NULL DEFAULT x'';
        UPDATE iTwin SET numberKey = coalesce(dictionaryKey(number), x'');
        CREATE INDEX iTwinByNumberKey ON iTwin(numberKey, id, status, subClass, isAdministrators);
        """

    /// Files of exports lie in pieces, each at its position in the file, so that none is in memory as a whole. One that
    /// was kept before is a single piece: it is gone in four hours.
    private static let filesInPieces = """
        CREATE TABLE exportPiece (
            exportId TEXT NOT NULL REFERENCES export(id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            bytes BLOB NOT NULL,
            UNIQUE (exportId, position)
        );
        INSERT INTO exportPiece (exportId, position, bytes)
            SELECT id, 0, file FROM export WHERE file IS NOT NULL;
        ALTER TABLE export ADD COLUMN fileBytes INTEGER;
        UPDATE export SET fileBytes = length(file);
        ALTER TABLE export DROP COLUMN file;
        """

    /// Roles of users in iTwins. The index of lists gets the column that says whether the administrator is a member.
    private static let memberships = """
        CREATE TABLE membership (
            userId TEXT NOT NULL,
            iTwinId TEXT NOT NULL REFERENCES iTwin(id) ON DELETE CASCADE,
            role TEXT NOT NULL,
            PRIMARY KEY (userId, iTwinId)
        ) WITHOUT ROWID;
        CREATE INDEX membershipByITwin ON membership(iTwinId);
        ALTER TABLE iTwin ADD COLUMN isAdministrators INTEGER NOT NULL DEFAULT 1;
        DROP INDEX iTwinByTime;
        CREATE INDEX iTwinByTime ON iTwin(createdDateTime DESC, id, status, subClass, isAdministrators);
        """

    /// What the authority gave out. Codes and refresh tokens are kept as hashes, access tokens only when they are revoked.
    private static let signIns = """
        CREATE TABLE signIn (
            id TEXT NOT NULL PRIMARY KEY,
            clientId TEXT NOT NULL,
            userId TEXT NOT NULL,
            scope TEXT NOT NULL,
            nonce TEXT,
            codeHash BLOB NOT NULL UNIQUE,
            codeChallenge TEXT NOT NULL,
            redirectURI TEXT NOT NULL,
            codeEnd INTEGER NOT NULL,
            isCodeUsed INTEGER NOT NULL,
            ending INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE refreshToken (
            hash BLOB NOT NULL PRIMARY KEY,
            signInId TEXT NOT NULL REFERENCES signIn(id) ON DELETE CASCADE,
            isUsed INTEGER NOT NULL,
            ending INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX refreshTokenBySignIn ON refreshToken(signInId);
        CREATE TABLE revokedToken (
            id TEXT NOT NULL PRIMARY KEY,
            ending INTEGER NOT NULL
        ) WITHOUT ROWID;
        """

    /// What an iTwin and its repositories have besides.
    private static let imagesAndResources = """
        CREATE TABLE image (
            iTwinId TEXT NOT NULL PRIMARY KEY REFERENCES iTwin(id) ON DELETE CASCADE,
            id TEXT NOT NULL UNIQUE,
            mediaType TEXT NOT NULL,
            bytes BLOB NOT NULL
        );

        CREATE TABLE resource (
            rowid INTEGER PRIMARY KEY,
            iTwinId TEXT NOT NULL REFERENCES iTwin(id) ON DELETE CASCADE,
            repositoryId TEXT NOT NULL,
            id TEXT NOT NULL,
            class TEXT NOT NULL,
            subClass TEXT,
            type TEXT,
            displayName TEXT NOT NULL,
            displayNameFold TEXT NOT NULL,
            properties TEXT,
            graphics TEXT NOT NULL,
            isManual INTEGER NOT NULL,
            UNIQUE (iTwinId, repositoryId, id),
            UNIQUE (iTwinId, repositoryId, displayNameFold)
        );
        """

    /// Times are steps of 100 ns since 1970. Columns named …Fold hold what `FoldedText` makes of the column without it.
    private static let firstSchema = """
        CREATE TABLE setting (
            name TEXT NOT NULL PRIMARY KEY,
            value TEXT NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE iTwin (
            rowid INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            class TEXT NOT NULL,
            subClass TEXT NOT NULL,
            type TEXT,
            typeFold TEXT,
            number TEXT NOT NULL,
            numberFold TEXT NOT NULL,
            displayName TEXT NOT NULL,
            displayNameFold TEXT NOT NULL,
            geographicLocation TEXT,
            latitude REAL,
            longitude REAL,
            ianaTimeZone TEXT,
            dataCenterLocation TEXT NOT NULL,
            status TEXT NOT NULL,
            parentId TEXT,
            iTwinAccountId TEXT NOT NULL,
            createdDateTime INTEGER NOT NULL,
            createdBy TEXT,
            lastModifiedDateTime INTEGER NOT NULL,
            lastModifiedBy TEXT
        );
        CREATE INDEX iTwinByTime ON iTwin(createdDateTime DESC, id, status, subClass);
        CREATE INDEX iTwinByParent ON iTwin(parentId, createdDateTime DESC, id);
        CREATE UNIQUE INDEX iTwinByNumber
            ON iTwin(numberFold, subClass, CASE subClass WHEN 'Account' THEN '' ELSE iTwinAccountId END);
        CREATE UNIQUE INDEX iTwinByDisplayName
            ON iTwin(displayNameFold, subClass, CASE subClass WHEN 'Account' THEN '' ELSE iTwinAccountId END);

        CREATE TABLE favorite (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            userId TEXT NOT NULL,
            iTwinId TEXT NOT NULL REFERENCES iTwin(id) ON DELETE CASCADE,
            UNIQUE (userId, iTwinId)
        );
        CREATE INDEX favoriteByITwin ON favorite(iTwinId);

        CREATE TABLE recent (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            userId TEXT NOT NULL,
            iTwinId TEXT NOT NULL REFERENCES iTwin(id) ON DELETE CASCADE,
            UNIQUE (userId, iTwinId)
        );
        CREATE INDEX recentByITwin ON recent(iTwinId);

        CREATE TABLE automaticRepository (
            iTwinId TEXT NOT NULL REFERENCES iTwin(id) ON DELETE CASCADE,
            class TEXT NOT NULL,
            PRIMARY KEY (iTwinId, class)
        ) WITHOUT ROWID;

        CREATE TABLE repository (
            rowid INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            iTwinId TEXT NOT NULL REFERENCES iTwin(id) ON DELETE CASCADE,
            class TEXT NOT NULL,
            subClass TEXT NOT NULL,
            displayName TEXT NOT NULL,
            displayNameFold TEXT,
            uri TEXT NOT NULL,
            authentication TEXT,
            options TEXT,
            UNIQUE (iTwinId, class, subClass, uri),
            UNIQUE (iTwinId, displayNameFold)
        );

        CREATE TABLE export (
            rowid INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            userId TEXT NOT NULL,
            iTwinId TEXT,
            request TEXT NOT NULL,
            createdDateTime INTEGER NOT NULL,
            startedDateTime INTEGER NOT NULL,
            completedDateTime INTEGER NOT NULL,
            hasFailed INTEGER NOT NULL,
            file BLOB
        );
        CREATE INDEX exportByTime ON export(userId, createdDateTime);
        """
}
