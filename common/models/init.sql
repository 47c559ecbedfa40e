SET NAMES utf8mb4;

CREATE TABLE allow_phrase (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    phrase VARCHAR(50) NOT NULL,
    create_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (id),
    CONSTRAINT uq_allow_phrase_phrase UNIQUE (phrase)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE article_appeal (
    appeal_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    article_id BIGINT UNSIGNED NOT NULL,
    user_id BIGINT UNSIGNED NOT NULL,
    review_id BIGINT UNSIGNED NOT NULL,
    text VARCHAR(200) NOT NULL,
    status TINYINT NOT NULL DEFAULT 0,
    answer VARCHAR(200),
    handler_id INTEGER UNSIGNED,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    handled_at DATETIME,
    PRIMARY KEY (appeal_id),
    CONSTRAINT uq_article_appeal_review_id UNIQUE (review_id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_article_appeal_article_id_appeal_id ON article_appeal (article_id, appeal_id);
CREATE INDEX ix_article_appeal_status_created_at ON article_appeal (status, created_at);

CREATE TABLE article_autosave (
    autosave_id BIGINT UNSIGNED NOT NULL,
    user_id BIGINT UNSIGNED NOT NULL,
    article_id BIGINT UNSIGNED,
    base_version INTEGER UNSIGNED,
    title VARCHAR(255) NOT NULL,
    content LONGTEXT NOT NULL,
    cover JSON NOT NULL,
    channel_id INTEGER UNSIGNED,
    saved_at DATETIME(3) NOT NULL,
    session VARCHAR(32),
    sequence INTEGER UNSIGNED,
    PRIMARY KEY (autosave_id),
    CONSTRAINT uq_article_autosave_user_id_article_id UNIQUE (user_id, article_id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_article_autosave_user_id_saved_at ON article_autosave (user_id, saved_at);

CREATE TABLE article_day (
    day DATE NOT NULL,
    article_id BIGINT UNSIGNED NOT NULL,
    source TINYINT NOT NULL,
    `reads` INTEGER UNSIGNED NOT NULL DEFAULT 0,
    fans_reads INTEGER UNSIGNED NOT NULL DEFAULT 0,
    readers INTEGER UNSIGNED NOT NULL DEFAULT 0,
    seconds BIGINT UNSIGNED NOT NULL DEFAULT 0,
    completion_sum BIGINT UNSIGNED NOT NULL DEFAULT 0,
    bounces INTEGER UNSIGNED NOT NULL DEFAULT 0,
    gt80 INTEGER UNSIGNED NOT NULL DEFAULT 0,
    mid INTEGER UNSIGNED NOT NULL DEFAULT 0,
    lt20 INTEGER UNSIGNED NOT NULL DEFAULT 0,
    impressions INTEGER UNSIGNED NOT NULL DEFAULT 0,
    likes INTEGER UNSIGNED NOT NULL DEFAULT 0,
    comments INTEGER UNSIGNED NOT NULL DEFAULT 0,
    collects INTEGER UNSIGNED NOT NULL DEFAULT 0,
    PRIMARY KEY (day, article_id, source)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_article_day_article_id_day ON article_day (article_id, day);

CREATE TABLE article_preview (
    article_id BIGINT UNSIGNED NOT NULL,
    nonce CHAR(32),
    expires_at DATETIME NOT NULL,
    PRIMARY KEY (article_id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_article_preview_expires_at ON article_preview (expires_at);

CREATE TABLE behaviour_event (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    at DATETIME(3) NOT NULL,
    kind TINYINT NOT NULL,
    n INTEGER UNSIGNED NOT NULL DEFAULT 1,
    subject VARCHAR(64) NOT NULL,
    ip_hash CHAR(16),
    article_id BIGINT UNSIGNED,
    channel_id INTEGER UNSIGNED,
    author_id BIGINT UNSIGNED,
    source TINYINT,
    seconds INTEGER UNSIGNED,
    completion TINYINT UNSIGNED,
    keyword VARCHAR(50),
    by_follower BOOL NOT NULL DEFAULT 0,
    missed BOOL NOT NULL DEFAULT 0,
    PRIMARY KEY (id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_behaviour_event_article_id_at ON behaviour_event (article_id, at);
CREATE INDEX ix_behaviour_event_at_kind ON behaviour_event (at, kind);

CREATE TABLE channel_top (
    channel_id INTEGER UNSIGNED NOT NULL,
    article_id BIGINT UNSIGNED NOT NULL,
    sequence INTEGER NOT NULL,
    starts_at DATETIME,
    ends_at DATETIME,
    PRIMARY KEY (channel_id, article_id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE global_announcement (
    announcement_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    title VARCHAR(32) NOT NULL,
    content TEXT NOT NULL,
    create_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    status TINYINT NOT NULL DEFAULT 0,
    publish_time DATETIME,
    update_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    PRIMARY KEY (announcement_id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_global_announcement_status_publish_time_announcement_id ON global_announcement (status, publish_time, announcement_id);

CREATE TABLE guest_upload (
    object_key VARCHAR(128) NOT NULL,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (object_key)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_guest_upload_created_at ON guest_upload (created_at);

CREATE TABLE idempotency_key (
    owner VARCHAR(24) NOT NULL,
    idem_key VARCHAR(64) NOT NULL,
    route VARCHAR(64) NOT NULL,
    body_hash CHAR(64) NOT NULL,
    status SMALLINT,
    body TEXT,
    headers JSON,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (owner, idem_key)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE job_lease (
    name VARCHAR(64) NOT NULL,
    owner VARCHAR(64),
    fence BIGINT UNSIGNED NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    PRIMARY KEY (name)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE job_run (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    job VARCHAR(64) NOT NULL,
    scheduled_for DATETIME NOT NULL,
    node VARCHAR(64),
    fence BIGINT UNSIGNED NOT NULL,
    started_at DATETIME,
    finished_at DATETIME,
    status TINYINT NOT NULL,
    rows_changed BIGINT,
    error TEXT,
    PRIMARY KEY (id),
    CONSTRAINT uq_job_run_job_scheduled_for UNIQUE (job, scheduled_for)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE material_use (
    object_key VARCHAR(128) NOT NULL,
    kind TINYINT NOT NULL,
    holder_id BIGINT UNSIGNED NOT NULL,
    user_id BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (object_key, kind, holder_id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_material_use_kind_holder_id ON material_use (kind, holder_id);
CREATE INDEX ix_material_use_user_id_object_key ON material_use (user_id, object_key);

CREATE TABLE mis_administrator (
    administrator_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    account VARCHAR(20) NOT NULL,
    password VARCHAR(255) NOT NULL,
    name VARCHAR(20) NOT NULL,
    email VARCHAR(254),
    mobile VARCHAR(20),
    group_id BIGINT UNSIGNED NOT NULL,
    access_count BIGINT NOT NULL DEFAULT 0,
    status TINYINT NOT NULL DEFAULT 1,
    last_login DATETIME,
    create_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    update_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    token_version INTEGER UNSIGNED NOT NULL DEFAULT 0,
    PRIMARY KEY (administrator_id),
    CONSTRAINT uq_mis_administrator_account UNIQUE (account)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_mis_administrator_group_id ON mis_administrator (group_id);

CREATE TABLE mis_administrator_group (
    group_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    name VARCHAR(20) NOT NULL,
    status TINYINT NOT NULL DEFAULT 1,
    remark VARCHAR(100),
    create_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    update_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    PRIMARY KEY (group_id),
    CONSTRAINT uq_mis_administrator_group_name UNIQUE (name)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE mis_operation_head (
    head_id BIGINT UNSIGNED NOT NULL,
    first_id BIGINT UNSIGNED NOT NULL,
    last_id BIGINT UNSIGNED NOT NULL,
    hash CHAR(64) NOT NULL,
    PRIMARY KEY (head_id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE mis_operation_log (
    operation_log_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    administrator_id BIGINT NOT NULL,
    ip VARCHAR(45) NOT NULL,
    operation VARCHAR(50),
    description VARCHAR(200) NOT NULL,
    create_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    administrator_name VARCHAR(20),
    target VARCHAR(64),
    changes JSON,
    request_id VARCHAR(64),
    hash CHAR(64),
    PRIMARY KEY (operation_log_id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_mis_operation_log_administrator_id_create_time ON mis_operation_log (administrator_id, create_time);
CREATE INDEX ix_mis_operation_log_administrator_id_operation_log_id ON mis_operation_log (administrator_id, operation_log_id);
CREATE INDEX ix_mis_operation_log_create_time ON mis_operation_log (create_time);
CREATE INDEX ix_mis_operation_log_ip_operation_log_id ON mis_operation_log (ip, operation_log_id);
CREATE INDEX ix_mis_operation_log_operation_operation_log_id ON mis_operation_log (operation, operation_log_id);

CREATE TABLE mis_permission (
    permission_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    name VARCHAR(50) NOT NULL,
    type TINYINT NOT NULL DEFAULT 1,
    parent_id BIGINT NOT NULL DEFAULT 0,
    code VARCHAR(50),
    sequence INTEGER DEFAULT 0,
    create_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    update_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    api_code VARCHAR(50) GENERATED ALWAYS AS (case when type = 1 then code end) STORED,
    PRIMARY KEY (permission_id),
    CONSTRAINT uq_mis_permission_name UNIQUE (name),
    CONSTRAINT uq_mis_permission_api_code UNIQUE (api_code)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_mis_permission_parent_id_sequence ON mis_permission (parent_id, sequence);

CREATE TABLE news_article_basic (
    article_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    user_id BIGINT UNSIGNED NOT NULL,
    channel_id INTEGER UNSIGNED NOT NULL,
    title VARCHAR(128) NOT NULL,
    cover JSON NOT NULL,
    is_advertising BOOL NOT NULL DEFAULT 0,
    create_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    update_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    status TINYINT NOT NULL DEFAULT 0,
    reviewer_id INTEGER,
    review_time DATETIME,
    delete_time DATETIME,
    reject_reason VARCHAR(200),
    comment_count INTEGER UNSIGNED NOT NULL DEFAULT 0,
    allow_comment BOOL NOT NULL DEFAULT 1,
    version INTEGER UNSIGNED NOT NULL DEFAULT 1,
    publish_at DATETIME,
    feed_ms BIGINT UNSIGNED,
    sensitive_hits JSON,
    claimed_by INTEGER UNSIGNED,
    claimed_until DATETIME,
    waiting_since DATETIME,
    claimed_version INTEGER UNSIGNED,
    PRIMARY KEY (article_id),
    CONSTRAINT uq_news_article_basic_feed_ms UNIQUE (feed_ms)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_news_article_basic_channel_id_create_time_article_id_status ON news_article_basic (channel_id, create_time, article_id, status);
CREATE INDEX ix_news_article_basic_channel_id_status_create_time_article_id ON news_article_basic (channel_id, status, create_time, article_id);
CREATE INDEX ix_news_article_basic_channel_id_status_feed_ms ON news_article_basic (channel_id, status, feed_ms);
CREATE INDEX ix_news_article_basic_create_time_article_id_status ON news_article_basic (create_time, article_id, status);
CREATE INDEX ix_news_article_basic_publish_at ON news_article_basic (publish_at);
CREATE INDEX ix_news_article_basic_status ON news_article_basic (status);
CREATE INDEX ix_news_article_basic_status_create_time ON news_article_basic (status, create_time);
CREATE INDEX ix_news_article_basic_status_feed_ms ON news_article_basic (status, feed_ms);
CREATE INDEX ix_news_article_basic_update_time ON news_article_basic (update_time);
CREATE INDEX ix_news_article_basic_user_id ON news_article_basic (user_id);
CREATE INDEX ix_news_article_basic_user_id_article_id_status_channel_id_creat ON news_article_basic (user_id, article_id, status, channel_id, create_time);
CREATE INDEX ix_news_article_basic_user_id_status_create_time_article_id ON news_article_basic (user_id, status, create_time, article_id);
CREATE INDEX ix_news_article_basic_waiting_since ON news_article_basic (waiting_since);

CREATE TABLE news_article_content (
    article_id BIGINT UNSIGNED NOT NULL,
    content LONGTEXT NOT NULL,
    chars INTEGER UNSIGNED NOT NULL DEFAULT 0,
    pictures INTEGER UNSIGNED NOT NULL DEFAULT 0,
    PRIMARY KEY (article_id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE news_article_review (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    article_id BIGINT UNSIGNED NOT NULL,
    status TINYINT NOT NULL,
    former TINYINT NOT NULL,
    reason VARCHAR(200),
    reviewer_id INTEGER UNSIGNED,
    batch_id BIGINT UNSIGNED,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    action TINYINT,
    waited INTEGER UNSIGNED,
    former_state JSON,
    undone_at DATETIME,
    PRIMARY KEY (id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_news_article_review_article_id_id ON news_article_review (article_id, id);
CREATE INDEX ix_news_article_review_batch_id ON news_article_review (batch_id);
CREATE INDEX ix_news_article_review_created_at ON news_article_review (created_at);

CREATE TABLE news_article_revision (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    article_id BIGINT UNSIGNED NOT NULL,
    version INTEGER UNSIGNED NOT NULL,
    title VARCHAR(128) NOT NULL,
    content LONGTEXT NOT NULL,
    cover JSON NOT NULL,
    channel_id INTEGER UNSIGNED NOT NULL,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    status TINYINT NOT NULL DEFAULT 0,
    session VARCHAR(32),
    sequence INTEGER UNSIGNED,
    PRIMARY KEY (id),
    CONSTRAINT uq_news_article_revision_article_id_version UNIQUE (article_id, version)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_news_article_revision_status_created_at ON news_article_revision (status, created_at);

CREATE TABLE news_article_source (
    source_key CHAR(40) NOT NULL,
    article_id BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (source_key)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_news_article_source_article_id ON news_article_source (article_id);

CREATE TABLE news_article_statistic (
    article_id BIGINT UNSIGNED NOT NULL,
    read_count INTEGER UNSIGNED NOT NULL DEFAULT 0,
    like_count INTEGER UNSIGNED NOT NULL DEFAULT 0,
    dislike_count INTEGER UNSIGNED NOT NULL DEFAULT 0,
    repost_count INTEGER UNSIGNED NOT NULL DEFAULT 0,
    collect_count INTEGER UNSIGNED NOT NULL DEFAULT 0,
    fans_comment_count INTEGER UNSIGNED NOT NULL DEFAULT 0,
    PRIMARY KEY (article_id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE news_attitude (
    attitude_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    user_id BIGINT UNSIGNED NOT NULL,
    article_id BIGINT UNSIGNED NOT NULL,
    attitude TINYINT,
    create_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    update_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    PRIMARY KEY (attitude_id),
    CONSTRAINT uq_news_attitude_user_id_article_id UNIQUE (user_id, article_id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_news_attitude_article_id_attitude ON news_attitude (article_id, attitude);

CREATE TABLE news_channel (
    channel_id INTEGER UNSIGNED NOT NULL AUTO_INCREMENT,
    channel_name VARCHAR(32) NOT NULL,
    create_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    update_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    sequence INTEGER UNSIGNED NOT NULL DEFAULT 0,
    is_visible BOOL NOT NULL DEFAULT 0,
    is_default BOOL NOT NULL DEFAULT 0,
    PRIMARY KEY (channel_id),
    CONSTRAINT uq_news_channel_channel_name UNIQUE (channel_name)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE news_collection (
    collection_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    user_id BIGINT UNSIGNED NOT NULL,
    article_id BIGINT UNSIGNED NOT NULL,
    create_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    is_deleted BOOL NOT NULL DEFAULT 0,
    update_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    PRIMARY KEY (collection_id),
    CONSTRAINT uq_news_collection_user_id_article_id UNIQUE (user_id, article_id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_news_collection_article_id_is_deleted ON news_collection (article_id, is_deleted);
CREATE INDEX ix_news_collection_user_id_is_deleted_update_time_article_id ON news_collection (user_id, is_deleted, update_time, article_id);

CREATE TABLE news_comment (
    comment_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    user_id BIGINT UNSIGNED NOT NULL,
    article_id BIGINT UNSIGNED NOT NULL,
    parent_id BIGINT UNSIGNED,
    like_count INTEGER UNSIGNED NOT NULL DEFAULT 0,
    reply_count INTEGER UNSIGNED NOT NULL DEFAULT 0,
    content VARCHAR(1000) NOT NULL,
    is_top BOOL NOT NULL DEFAULT 0,
    status TINYINT NOT NULL DEFAULT 1,
    create_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    root_id BIGINT UNSIGNED,
    update_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    PRIMARY KEY (comment_id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_news_comment_article_id ON news_comment (article_id);
CREATE INDEX ix_news_comment_article_id_parent_id_status_is_top_comment_id ON news_comment (article_id, parent_id, status, is_top, comment_id);
CREATE INDEX ix_news_comment_create_time ON news_comment (create_time);
CREATE INDEX ix_news_comment_parent_id ON news_comment (parent_id);
CREATE INDEX ix_news_comment_parent_id_status_is_top_comment_id ON news_comment (parent_id, status, is_top, comment_id);
CREATE INDEX ix_news_comment_root_id_status_is_top_comment_id ON news_comment (root_id, status, is_top, comment_id);
CREATE INDEX ix_news_comment_status_comment_id ON news_comment (status, comment_id);
CREATE INDEX ix_news_comment_user_id_create_time ON news_comment (user_id, create_time);

CREATE TABLE news_comment_liking (
    liking_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    user_id BIGINT UNSIGNED NOT NULL,
    comment_id BIGINT UNSIGNED NOT NULL,
    create_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    is_deleted BOOL NOT NULL DEFAULT 0,
    update_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    PRIMARY KEY (liking_id),
    CONSTRAINT uq_news_comment_liking_user_id_comment_id UNIQUE (user_id, comment_id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_news_comment_liking_comment_id_is_deleted ON news_comment_liking (comment_id, is_deleted);
CREATE INDEX ix_news_comment_liking_user_id_is_deleted_comment_id ON news_comment_liking (user_id, is_deleted, comment_id);

CREATE TABLE news_comment_review (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    comment_id BIGINT UNSIGNED NOT NULL,
    status TINYINT NOT NULL,
    former TINYINT NOT NULL,
    reviewer_id BIGINT UNSIGNED NOT NULL,
    batch_id BIGINT UNSIGNED NOT NULL,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_news_comment_review_batch_id ON news_comment_review (batch_id);
CREATE INDEX ix_news_comment_review_comment_id_id ON news_comment_review (comment_id, id);

CREATE TABLE news_read (
    read_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    user_id BIGINT UNSIGNED NOT NULL,
    article_id BIGINT UNSIGNED NOT NULL,
    create_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    update_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    PRIMARY KEY (read_id),
    CONSTRAINT uq_news_read_user_id_article_id UNIQUE (user_id, article_id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE news_report (
    report_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    user_id BIGINT UNSIGNED NOT NULL,
    article_id BIGINT UNSIGNED NOT NULL,
    type TINYINT,
    remark VARCHAR(200),
    create_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    status TINYINT NOT NULL DEFAULT 0,
    handler_id BIGINT UNSIGNED,
    handled_at DATETIME,
    PRIMARY KEY (report_id),
    CONSTRAINT uq_news_report_user_id_article_id UNIQUE (user_id, article_id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_news_report_article_id_create_time ON news_report (article_id, create_time);
CREATE INDEX ix_news_report_status_article_id_create_time ON news_report (status, article_id, create_time);
CREATE INDEX ix_news_report_status_create_time ON news_report (status, create_time);

CREATE TABLE news_report_dismissal (
    article_id BIGINT UNSIGNED NOT NULL,
    digest CHAR(64) NOT NULL,
    handler_id BIGINT UNSIGNED NOT NULL,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (article_id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE news_user_channel (
    user_channel_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    user_id BIGINT UNSIGNED NOT NULL,
    channel_id INTEGER UNSIGNED NOT NULL,
    create_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    is_deleted BOOL NOT NULL DEFAULT 0,
    update_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    sequence INTEGER UNSIGNED NOT NULL DEFAULT 0,
    PRIMARY KEY (user_channel_id),
    CONSTRAINT uq_news_user_channel_user_id_channel_id UNIQUE (user_id, channel_id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_news_user_channel_channel_id ON news_user_channel (channel_id);
CREATE INDEX ix_news_user_channel_user_id_is_deleted_sequence ON news_user_channel (user_id, is_deleted, sequence);

CREATE TABLE outbox (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    topic VARCHAR(64) NOT NULL,
    agg_key VARCHAR(64) NOT NULL,
    payload JSON NOT NULL,
    created_at DATETIME(3) NOT NULL,
    available_at DATETIME(3) NOT NULL,
    attempts INTEGER UNSIGNED NOT NULL DEFAULT 0,
    last_error VARCHAR(255),
    done_at DATETIME(3),
    dead_at DATETIME(3),
    PRIMARY KEY (id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_outbox_done_at_dead_at_available_at_id ON outbox (done_at, dead_at, available_at, id);
CREATE INDEX ix_outbox_topic_agg_key_id ON outbox (topic, agg_key, id);

CREATE TABLE recommend_sensitive_word (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    word VARCHAR(50) NOT NULL,
    weights BIGINT UNSIGNED NOT NULL,
    hold_count BIGINT UNSIGNED NOT NULL DEFAULT 0,
    create_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    update_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    mode TINYINT NOT NULL DEFAULT 0,
    PRIMARY KEY (id),
    CONSTRAINT uq_recommend_sensitive_word_word UNIQUE (word)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_recommend_sensitive_word_update_time ON recommend_sensitive_word (update_time);

CREATE TABLE revoked_token (
    jti CHAR(32) NOT NULL,
    expires_at DATETIME NOT NULL,
    PRIMARY KEY (jti)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE rollup_mark (
    name VARCHAR(32) NOT NULL,
    event_id BIGINT UNSIGNED NOT NULL DEFAULT 0,
    seen_id BIGINT UNSIGNED NOT NULL DEFAULT 0,
    taken_at DATETIME,
    PRIMARY KEY (name)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE search_phrase (
    keyword VARCHAR(50) NOT NULL,
    people INTEGER UNSIGNED NOT NULL,
    article_id BIGINT UNSIGNED NOT NULL,
    learned_at DATETIME NOT NULL,
    PRIMARY KEY (keyword)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_search_phrase_people_keyword ON search_phrase (people, keyword);

CREATE TABLE statistics_basic (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    year BIGINT UNSIGNED NOT NULL,
    month BIGINT UNSIGNED NOT NULL,
    day BIGINT UNSIGNED NOT NULL,
    hour BIGINT UNSIGNED NOT NULL,
    type BIGINT UNSIGNED NOT NULL,
    count BIGINT UNSIGNED NOT NULL,
    date_time DATETIME NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_statistics_basic_year_month_day_hour_type UNIQUE (year, month, day, hour, type)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_statistics_basic_type_date_time ON statistics_basic (type, date_time);

CREATE TABLE statistics_read_source_total (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    source BIGINT UNSIGNED NOT NULL,
    count BIGINT UNSIGNED NOT NULL,
    count_20_down BIGINT UNSIGNED NOT NULL,
    count_20_80 BIGINT UNSIGNED NOT NULL,
    count_80_up BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_statistics_read_source_total_source UNIQUE (source)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE statistics_sales_total (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    area BIGINT UNSIGNED NOT NULL,
    money BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_statistics_sales_total_area UNIQUE (area)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE statistics_search (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    year BIGINT UNSIGNED NOT NULL,
    month BIGINT UNSIGNED NOT NULL,
    day BIGINT UNSIGNED NOT NULL,
    hour BIGINT UNSIGNED NOT NULL,
    keyword VARCHAR(100) NOT NULL,
    user_count BIGINT UNSIGNED NOT NULL,
    count BIGINT UNSIGNED NOT NULL,
    date_time DATETIME NOT NULL,
    miss_user_count BIGINT UNSIGNED NOT NULL DEFAULT 0,
    miss_count BIGINT UNSIGNED NOT NULL DEFAULT 0,
    PRIMARY KEY (id),
    CONSTRAINT uq_statistics_search_year_month_day_hour_keyword UNIQUE (year, month, day, hour, keyword)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_statistics_search_keyword_date_time ON statistics_search (keyword, date_time);

CREATE TABLE statistics_search_total (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    keyword VARCHAR(100) NOT NULL,
    user_count BIGINT UNSIGNED NOT NULL,
    count BIGINT UNSIGNED NOT NULL,
    miss_user_count BIGINT UNSIGNED NOT NULL DEFAULT 0,
    miss_count BIGINT UNSIGNED NOT NULL DEFAULT 0,
    PRIMARY KEY (id),
    CONSTRAINT uq_statistics_search_total_keyword UNIQUE (keyword)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_statistics_search_total_count ON statistics_search_total (count);
CREATE INDEX ix_statistics_search_total_miss_user_count ON statistics_search_total (miss_user_count);

CREATE TABLE statistics_searcher (
    digest CHAR(16) NOT NULL,
    PRIMARY KEY (digest)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE user_basic (
    user_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    account VARCHAR(20),
    email VARCHAR(254),
    status TINYINT NOT NULL DEFAULT 1,
    mobile CHAR(11) NOT NULL,
    password VARCHAR(255),
    user_name VARCHAR(100) NOT NULL,
    profile_photo VARCHAR(128),
    last_login DATETIME,
    is_media BOOL NOT NULL DEFAULT 0,
    is_verified BOOL NOT NULL DEFAULT 0,
    introduction VARCHAR(60),
    certificate VARCHAR(30),
    article_count INTEGER UNSIGNED NOT NULL DEFAULT 0,
    following_count INTEGER UNSIGNED NOT NULL DEFAULT 0,
    fans_count INTEGER UNSIGNED NOT NULL DEFAULT 0,
    like_count INTEGER UNSIGNED NOT NULL DEFAULT 0,
    read_count INTEGER UNSIGNED NOT NULL DEFAULT 0,
    token_version INTEGER UNSIGNED NOT NULL DEFAULT 0,
    frozen_until DATETIME,
    name_fold CHAR(32),
    name_look CHAR(32),
    PRIMARY KEY (user_id),
    CONSTRAINT uq_user_basic_mobile UNIQUE (mobile),
    CONSTRAINT uq_user_basic_user_name UNIQUE (user_name),
    CONSTRAINT uq_user_basic_account UNIQUE (account),
    CONSTRAINT uq_user_basic_name_fold UNIQUE (name_fold),
    CONSTRAINT uq_user_basic_name_look UNIQUE (name_look)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_user_basic_frozen_until ON user_basic (frozen_until);
CREATE INDEX ix_user_basic_is_verified_mobile ON user_basic (is_verified, mobile);
CREATE INDEX ix_user_basic_last_login_user_id ON user_basic (last_login, user_id);
CREATE INDEX ix_user_basic_status ON user_basic (status);
CREATE INDEX ix_user_basic_status_last_login_user_id ON user_basic (status, last_login, user_id);

CREATE TABLE user_legalize_log (
    legalize_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    user_id BIGINT UNSIGNED NOT NULL,
    type TINYINT NOT NULL,
    status TINYINT NOT NULL DEFAULT 1,
    reject_reason VARCHAR(200),
    qualification_id BIGINT UNSIGNED,
    create_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    update_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    reviewer_id INTEGER UNSIGNED,
    review_time DATETIME,
    pending_type TINYINT GENERATED ALWAYS AS (case when status = 1 then type end) STORED,
    PRIMARY KEY (legalize_id),
    CONSTRAINT uq_user_legalize_log_user_id_pending_type UNIQUE (user_id, pending_type)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_user_legalize_log_status_update_time ON user_legalize_log (status, update_time);
CREATE INDEX ix_user_legalize_log_update_time_legalize_id ON user_legalize_log (update_time, legalize_id);
CREATE INDEX ix_user_legalize_log_user_id_type_status ON user_legalize_log (user_id, type, status);

CREATE TABLE user_material (
    material_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    user_id BIGINT UNSIGNED NOT NULL,
    type TINYINT NOT NULL DEFAULT 0,
    hash VARCHAR(128),
    url VARCHAR(128) NOT NULL,
    create_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    status TINYINT NOT NULL DEFAULT 0,
    reviewer_id INTEGER UNSIGNED,
    review_time DATETIME,
    is_collected BOOL NOT NULL DEFAULT 0,
    update_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    PRIMARY KEY (material_id),
    CONSTRAINT uq_user_material_user_id_hash UNIQUE (user_id, hash)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_user_material_status_material_id ON user_material (status, material_id);
CREATE INDEX ix_user_material_user_id_status_is_collected_create_time ON user_material (user_id, status, is_collected, create_time);

CREATE TABLE user_notification (
    id BIGINT UNSIGNED NOT NULL,
    user_id BIGINT UNSIGNED NOT NULL,
    actor_id BIGINT UNSIGNED,
    kind TINYINT NOT NULL,
    article_id BIGINT UNSIGNED,
    comment_id BIGINT UNSIGNED,
    payload JSON NOT NULL,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    delivered_at DATETIME,
    read_at DATETIME,
    dedup CHAR(40) NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_user_notification_user_id_dedup UNIQUE (user_id, dedup)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_user_notification_user_id_delivered_at_id ON user_notification (user_id, delivered_at, id);
CREATE INDEX ix_user_notification_user_id_read_at_id ON user_notification (user_id, read_at, id);

CREATE TABLE user_profile (
    user_id BIGINT UNSIGNED NOT NULL,
    gender TINYINT NOT NULL DEFAULT 0,
    birthday DATE,
    real_name VARCHAR(32),
    id_number VARCHAR(255),
    id_card_front VARCHAR(128),
    id_card_back VARCHAR(128),
    id_card_handheld VARCHAR(128),
    create_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    update_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    register_media_time DATETIME,
    area VARCHAR(20),
    company VARCHAR(20),
    career VARCHAR(20),
    device TINYINT,
    PRIMARY KEY (user_id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_user_profile_create_time ON user_profile (create_time);

CREATE TABLE user_qualification (
    qualification_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    user_id BIGINT UNSIGNED NOT NULL,
    name VARCHAR(20) NOT NULL,
    id_number VARCHAR(255),
    industry VARCHAR(200) NOT NULL,
    company VARCHAR(200) NOT NULL,
    position VARCHAR(200) NOT NULL,
    add_info VARCHAR(200),
    id_card_front VARCHAR(200),
    id_card_back VARCHAR(200),
    id_card_handheld VARCHAR(200),
    qualification_img VARCHAR(200),
    create_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    update_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    PRIMARY KEY (qualification_id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_user_qualification_user_id ON user_qualification (user_id);

CREATE TABLE user_relation (
    relation_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    user_id BIGINT UNSIGNED NOT NULL,
    target_user_id BIGINT UNSIGNED NOT NULL,
    relation TINYINT NOT NULL DEFAULT 0,
    create_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    update_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    PRIMARY KEY (relation_id),
    CONSTRAINT ck_user_relation_not_self CHECK (user_id <> target_user_id),
    CONSTRAINT uq_user_relation_user_id_target_user_id UNIQUE (user_id, target_user_id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_user_relation_target_user_id_relation_update_time_user_id ON user_relation (target_user_id, relation, update_time, user_id);
CREATE INDEX ix_user_relation_user_id_relation_update_time_target_user_id ON user_relation (user_id, relation, update_time, target_user_id);

CREATE TABLE user_search (
    search_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    user_id BIGINT UNSIGNED NOT NULL,
    keyword VARCHAR(100) NOT NULL,
    create_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    is_deleted BOOL NOT NULL DEFAULT 0,
    update_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    PRIMARY KEY (search_id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_user_search_user_id ON user_search (user_id);

CREATE TABLE worker_lease (
    datacenter_id TINYINT UNSIGNED NOT NULL,
    worker_id TINYINT UNSIGNED NOT NULL,
    owner VARCHAR(64),
    last_ms BIGINT UNSIGNED NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    PRIMARY KEY (datacenter_id, worker_id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE mis_group_permission (
    group_permission_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    group_id BIGINT UNSIGNED NOT NULL,
    permission_id BIGINT UNSIGNED NOT NULL,
    create_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (group_permission_id),
    CONSTRAINT fk_mis_group_permission_group_id FOREIGN KEY(group_id) REFERENCES mis_administrator_group (group_id) ON DELETE CASCADE,
    CONSTRAINT fk_mis_group_permission_permission_id FOREIGN KEY(permission_id) REFERENCES mis_permission (permission_id) ON DELETE CASCADE,
    CONSTRAINT uq_mis_group_permission_group_id_permission_id UNIQUE (group_id, permission_id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE INDEX ix_mis_group_permission_permission_id ON mis_group_permission (permission_id);

CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO alembic_version (version_num) VALUES ('0013');
